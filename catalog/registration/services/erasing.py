"""What a deleted draft left on the disk goes, unless something else needs it."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Model, Q

from accounts.access.actor import Actor
from accounts.access.services import require
from catalog.assets.models import Revision, RightsEvidence
from catalog.assets.states import RevisionState
from catalog.datasets.models import DataFile
from catalog.offers.models import Listing
from exchange.files.models import StoredFile
from exchange.files.services import erase, references_to

OF_DELETED = Q(revision__state=RevisionState.DISCARDED)
# Rows of a deleted draft need no content; every other row that names a file does.
GIVEN_UP: dict[type[Model], Q] = {DataFile: OF_DELETED, RightsEvidence: OF_DELETED, Listing: OF_DELETED}


@transaction.atomic
def erase_discarded(*, revision_id: int, actor: Actor) -> int:
    """Files and papers of a deleted draft leave the disk, their rows stay; says how many. Twice is harmless."""
    revision = Revision.objects.locked().get(pk=revision_id)
    require(actor, "catalog.erase_discarded")
    if revision.state != RevisionState.DISCARDED:
        return 0
    unneeded = [stored for stored in _content_of(revision) if not _is_needed(stored)]
    for stored in unneeded:
        erase(stored)
    return len(unneeded)


def _content_of(revision: Revision) -> Iterator[StoredFile]:
    """What the draft kept: its files, also those that were replaced, its papers, and agreements on shares."""
    kept = (
        DataFile.objects.filter(revision=revision).values("stored"),
        RightsEvidence.objects.filter(revision=revision).values("file"),
        Listing.objects.filter(revision=revision, share_agreement__isnull=False).values("share_agreement"),
    )
    yield from StoredFile.objects.filter(Q(pk__in=kept[0]) | Q(pk__in=kept[1]) | Q(pk__in=kept[2])).order_by("pk")


def _is_needed(stored: StoredFile) -> bool:
    for rows in references_to(stored):
        given_up = GIVEN_UP.get(rows.model)
        if (rows.exclude(given_up) if given_up else rows).exists():
            return True
    return False
