"""Every answer of a registration as rows in words, each with its way back: for the owner's last look and the reviewer.

The rows are made from the pages themselves, so a question that is asked is also shown.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import formats
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.states import EDITABLE
from catalog.assets.wizard import STEPS, THEN_CHECK, step_url
from catalog.datasets.models import DataFile
from catalog.datasets.selectors import current_file
from catalog.offers.models import Listing
from catalog.offers.selectors import shares_of
from catalog.registration import described, places
from catalog.registration.pages import FILE_STEP, Dossier, Page, pages_of
from exchange.codes.selectors import label
from exchange.common.markdown import to_html
from exchange.common.money import shown

Row = dict[str, Any]
LONGEST = 400
CLASSES, OFFER = 4, 6
NOT_STATED = _("Not stated")
PAPERS, FIGURES = "3-papers", "5-scores"
CODE_LISTS = {
    "kind": "asset_kind",
    "theme": "theme",
    "how_obtained": "how_obtained",
    "importance_item": "importance_item",
    "limit_reason": "access_reason",
    "layer": "data_layer",
    "domain": "domain",
    "frequency": "frequency",
    "vat_treatment": "vat_treatment",
    "price_method": "price_method",
    "purposes": "purpose",
    "territories": "territory",
}
LAID_OUT = {"description_vi", "description_en"}  # written with headings, lists and links
OWNERS = "6-owners"  # the one page whose answers are rows of their own
DECLARED = {"prohibited_declared"}  # statements one makes, not facts
# Said to be missing; other questions without an answer are left out.
EXPECTED = {"title_vi", "contact_mailbox", "legal_basis", "limitations", "basis", "late_after_days"}


def sections(dossier: Dossier, *, linked: bool = True) -> list[Row]:
    """What was answered, step by step."""
    steps = (1, FILE_STEP, 3, 4, 5, *((OFFER,) if dossier.listing.pk else ()))
    number, file = dossier.revision.asset.number, current_file(dossier.revision)
    is_open = linked and dossier.revision.state in EDITABLE  # what was sent has no way back to its pages
    found = []
    for step in steps:
        leads = linked if step == OFFER else is_open
        rows = [_row(number, *row, linked=leads) for row in _of_step(step, dossier, file)]
        found.append({"title": STEPS[step], "rows": rows, "step": step})
        if step == FILE_STEP:
            found += described.columns(number, file, linked=is_open)
    return found


def for_the_last_look(every: list[Row]) -> list[Row]:
    """The sections as page 7 shows them: the classes of the law, and what lacks an answer, stand open."""
    return [section if _stands_open(section) else section | {"folded": _counted(section)} for section in every]


def _stands_open(section: Row) -> bool:
    is_bare = any(row["value"] == NOT_STATED for row in section["rows"])
    return is_bare or section.get("step") == CLASSES or "folded" in section


def _counted(section: Row) -> str:
    count = len(section["rows"])
    return ngettext("%(count)s answer", "%(count)s answers", count) % {"count": count}


def _row(number: str, title: Any, value: Any, slug: str, *, linked: bool) -> Row:
    url = (slug if slug.startswith("/") else step_url(number, slug)) if slug else ""
    return {"label": title, "value": value or NOT_STATED, "url": url + THEN_CHECK if linked and url else ""}


def _of_step(step: int, dossier: Dossier, file: DataFile | None) -> Iterator[tuple[Any, Any, str]]:
    revision = dossier.revision
    if step == 1:
        yield _("Owner"), revision.asset.owner.name, ""
    if step == FILE_STEP:
        yield _("Data file"), file_line(file), str(FILE_STEP)
        yield from described.preview(revision.asset.number, file)
    for page in pages_of(step, dossier):
        yield from _owners(dossier.listing) if page.slug == OWNERS else _of_page(page, dossier)
        if page.slug == PAPERS:
            yield _("Papers"), described.papers(revision), PAPERS
        if page.slug == FIGURES and dossier.quality.measured:
            yield _("Measured by the exchange"), described.measured(dossier.quality), FIGURES


def _owners(listing: Listing) -> Iterator[tuple[Any, Any, str]]:
    for row in shares_of(listing):
        yield row.organisation.name, _("%(share)s%% of the revenue") % {"share": row.shown}, OWNERS
    agreement = listing.share_agreement
    yield places.label("share_agreement"), agreement.name if agreement else "", OWNERS


def _of_page(page: Page, dossier: Dossier) -> Iterator[tuple[Any, Any, str]]:
    if page.form is None:
        return
    record = page.record(dossier)
    for name in asked_on(page):
        value = said(record, name)
        if value or name in EXPECTED:
            yield places.label(name), value, page.slug


def asked_on(page: Page) -> list[str]:
    """Names of the questions of a page in their order."""
    if page.form is None:
        return []
    names = [name for name in page.form.base_fields if name != "version"]
    return [*places.SCORES, *names] if page.slug == "5-scores" else names


def said(record: Any, name: str) -> str:
    """One answer in words; empty when there is none."""
    if name == "rights":
        return ", ".join(str(title) for right, title in record_rights() if getattr(record, right))
    if name == "publisher" and not record.publisher:
        return str(record.asset.owner.name)  # who publishes, unless another body is named
    value = getattr(record, name)
    is_empty = value in (None, "", []) or (name == "price" and not value)
    return "" if is_empty else _marked(_worded(record, name, value), name)


def _marked(words: str, name: str) -> str:
    """What is written in the other language than the page says so, for who hears it read."""
    language = name[-2:] if name.endswith(("_vi", "_en")) else get_language()
    holder = '<div lang="{}">{}</div>' if name in LAID_OUT else '<span lang="{}">{}</span>'
    return words if language == get_language() else format_html(holder, language, words)


def record_rights() -> list[tuple[str, Any]]:
    """The rights that can be claimed, with their names."""
    return [
        (name, Revision._meta.get_field(name).verbose_name) for name in ("right_hold", "right_use", "right_operate")
    ]


def _worded(record: Any, name: str, value: Any) -> str:
    if name in DECLARED:
        return str(_("Confirmed") if value else _("Not confirmed yet"))
    if isinstance(value, bool):
        return pgettext("answer", "Yes") if value else pgettext("answer", "No")
    if isinstance(value, dt.date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return "; ".join(label(CODE_LISTS[name], code) for code in value) if name in CODE_LISTS else ", ".join(value)
    if name in CODE_LISTS:
        return label(CODE_LISTS[name], value)
    return _plain(record, name, value)


def _plain(record: Any, name: str, value: Any) -> str:
    if name == "price":
        return shown(value)
    if name in LAID_OUT:
        return format_html('<div class="prose small">{}</div>', to_html(value))
    if name in ("province", "licence"):
        return value.label if name == "province" else value.name
    if record._meta.get_field(name).choices:
        return str(getattr(record, f"get_{name}_display")())
    if name in places.SCORES:
        return f"{value}%"
    return formats.number_format(value, force_grouping=True) if isinstance(value, int) else _short(value)


def _short(text: str) -> str:
    return Truncator(text).chars(LONGEST)


def file_line(file: DataFile | None) -> str:
    """The file in a few words: name, rows, fields."""
    if file is None:
        return ""
    rows = ngettext("%(count)s row", "%(count)s rows", file.row_count or 0)
    fields = ngettext("%(count)s field", "%(count)s fields", file.column_count or 0)
    counted = [
        words % {"count": formats.number_format(count, force_grouping=True)}
        for words, count in ((rows, file.row_count), (fields, file.column_count))
        if count is not None
    ]
    return ", ".join([file.original_name, *counted])
