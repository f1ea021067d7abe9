"""What a page may suggest instead of an empty field: answers of the owner's last registration, the title, the file.

Suggestions stand in the form only; nothing is saved before the steward saves the page. Classes of the law (personal
data, importance, secrecy, the statement on barred data), the rights held and declarations are never suggested.
"""

from typing import Any

from catalog.assets.forms import limits_of
from catalog.assets.models import Revision
from catalog.assets.states import UNSENT
from catalog.classification.models import Access, Classification, Reach, Sharing
from catalog.classification.steps import TAKERS
from catalog.datasets.models import Column
from catalog.datasets.selectors import current_file, dictionary
from catalog.datasets.states import ReadingState
from catalog.registration import guesses
from catalog.registration.pages import Dossier, Page
from exchange.codes import selectors as codes

Answers = dict[str, Any]
# Questions that an organisation mostly answers alike, by page.
REPEATED: dict[str, tuple[str, ...]] = {
    "1-record": ("publisher", "province", "system_of_record"),
    "3": ("origin", "how_obtained", "legal_basis"),
    "4-access": ("access", "for_state", "for_firms", "for_persons", "limit_reason", "limit_text"),
    "4-protection": ("layer", "domain", "storage_place", "security_level", "retention"),
}
LAYERS = {"statistics": "aggregate", "reference_list": "reference", "register_extract": "master"}
LATE_AFTER = 30


def suggested(page: Page, dossier: Dossier) -> Answers:
    """Answers by name for the questions of a page nobody has answered yet."""
    if _is_begun(page, dossier):
        return {}
    found = _of_sharing(page, dossier) | _of_last(page, dossier) | _GUESSES.get(page.slug, _nothing)(dossier)
    return {name: value for name, value in found.items() if value not in (None, "", [], False)}


def _is_begun(page: Page, dossier: Dossier) -> bool:
    """Whether something of the page was saved; what a new draft starts from does not count."""
    record = page.record(dossier)
    if page.step in dossier.revision.steps_done:
        return True
    names = [name for name in REPEATED.get(page.slug, ()) if name != "province"]
    if page.slug == "1-details":
        names = ["theme", "keywords"]
    if page.slug == "5":
        names = ["frequency", "last_updated"]
    return any(getattr(record, name) for name in names)


def last_registration(revision: Revision, **like: Any) -> Revision | None:
    """The newest registration of the same owner about other data that was sent, among those `like` this one."""
    others = Revision.objects.filter(asset__owner_id=revision.asset.owner_id).exclude(asset_id=revision.asset_id)
    return others.filter(**like).exclude(state__in=UNSENT).order_by("-pk").first()


def _of_last(page: Page, dossier: Dossier) -> Answers:
    names = REPEATED.get(page.slug)
    last = last_registration(dossier.revision, **_like(page, dossier)) if names else None
    if not names or last is None:
        return {}
    record = last if page.part == "revision" else Classification.objects.filter(revision=last).first()
    if record is None or (page.slug == "3" and last.is_derived != (dossier.revision.kind == "derived_product")):
        return {}
    found = {name: getattr(record, name) for name in names if name != "province"}
    if page.slug == "1-record":
        found["province"] = last.province_id
    return found


def _like(page: Page, dossier: Dossier) -> Answers:
    """What the last registration must share with this one: data of another sharing nature is given in another way."""
    return {"classification__sharing": dossier.classification.sharing} if page.slug == "4-access" else {}


def _of_sharing(page: Page, dossier: Dossier) -> Answers:
    """Open data is for everybody."""
    if page.slug != "4-access" or dossier.classification.sharing != Sharing.OPEN:
        return {}
    return {"access": Access.ANYONE} | dict.fromkeys(TAKERS, Reach.YES)


def _nothing(dossier: Dossier) -> Answers:
    return {}


def _of_title(dossier: Dossier) -> Answers:
    title = dossier.revision.title_vi
    theme = guesses.theme_of(title)
    words = codes.row("theme", theme)
    return {"theme": theme, "keywords": guesses.keywords_of(title, words.label_vi.split(", ") if words else [])}


def _of_place(dossier: Dossier) -> Answers:
    names = {row.code: row.name_vi for row in codes.provinces()}
    found = guesses.province_of(dossier.revision.title_vi, names)
    return {"province": found} if found else {}


def _of_file(dossier: Dossier) -> Answers:
    columns = _columns(dossier.revision)
    period = guesses.period_of(columns, dossier.revision.title_vi)
    start, end = period or (None, None)
    unit = guesses.finest_unit(columns)
    place = dossier.revision.province.name_vi if dossier.revision.province else guesses.EVERYWHERE if unit else ""
    return {
        "temporal_from": start,
        "temporal_to": end,
        "spatial": ", ".join(part for part in (place, unit) if part),
        "frequency": guesses.frequency_of(columns),
        "late_after_days": LATE_AFTER,
        "limitations": limits_of(dossier.revision.description_vi),
    }


def _of_kind(dossier: Dossier) -> Answers:
    layer = LAYERS.get(dossier.revision.kind)
    return {"layer": layer} if layer else {}


def _columns(revision: Revision) -> list[guesses.ColumnFacts]:
    file = current_file(revision)
    if file is None or file.state != ReadingState.CONFIRMED:
        return []
    return [_facts(column) for column in dictionary(file)]


def _facts(column: Column) -> guesses.ColumnFacts:
    return guesses.ColumnFacts(column.name, column.type, column.minimum, column.maximum, column.label_vi)


_GUESSES = {
    "1-details": _of_title,
    "1-record": _of_place,
    "4-protection": _of_kind,
    "5": _of_file,
}
