"""Reads of the room: the file of a revision, its dictionary, and what the file step still lacks."""

from django.db.models import QuerySet

from catalog.assets.models import Asset, Revision
from catalog.assets.states import RevisionState
from catalog.datasets.models import Column, DataFile
from catalog.datasets.states import ReadingState
from exchange.common.clock import today
from exchange.rules.selectors import parameters


def current_files(revision: Revision | int) -> QuerySet[DataFile]:
    """The file of a revision, with its stored content; none or one."""
    return DataFile.objects.current().filter(revision=revision).select_related("stored").order_by("pk")


def current_file(revision: Revision) -> DataFile | None:
    """The file of a revision, with its stored content."""
    return current_files(revision).first()


def same_file(file: DataFile) -> Asset | None:
    """Another asset of the same owner that holds the very same bytes, the newest; deleted drafts do not count."""
    owner = file.revision.asset.owner_id
    others = DataFile.objects.current().filter(stored__sha256=file.stored.sha256, revision__asset__owner=owner)
    others = others.exclude(revision__asset=file.revision.asset_id)
    found = others.exclude(revision__state=RevisionState.DISCARDED).select_related("revision__asset").first()
    return found.revision.asset if found else None


def dictionary(file: DataFile) -> list[Column]:
    """The columns of a file in their order."""
    return list(file.columns.all())


def earlier_columns(file: DataFile) -> dict[str, Column]:
    """Columns that described this data before, by name in small letters: of the same file, of the one it
    replaced, of the registered revision."""
    asset = file.revision.asset
    sources: list[QuerySet[Column]] = [
        file.columns.all(),
        *(other.columns.all() for other in DataFile.objects.filter(revision=file.revision).exclude(pk=file.pk)[:1]),
        *(other.columns.all() for other in DataFile.objects.current().filter(revision_id=asset.live_id)),
    ]
    found: dict[str, Column] = {}
    for columns in sources:
        for column in columns:
            found.setdefault(column.name.casefold(), column)
    return found


def undecided(columns: list[Column]) -> list[Column]:
    """Columns that may hold personal data and about which nobody decided."""
    return [c for c in columns if c.suspected and not c.is_personal and not c.override_reason]


def incomplete(columns: list[Column]) -> list[Column]:
    """Columns whose description lacks what the law asks for (N314 8.2b, R19)."""
    needed = parameters(today()).get("dictionary_required")
    return [column for column in columns if not all(getattr(column, name) for name in needed)]


def is_step_complete(file: DataFile) -> bool:
    """Whether the file step of a registration is done: reading confirmed, dictionary complete, suspicions decided."""
    columns = dictionary(file)
    return file.state == ReadingState.CONFIRMED and not incomplete(columns) and not undecided(columns)
