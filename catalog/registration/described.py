"""What of a registration is no form field: the dictionary, the preview, papers; in words, with the way back."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.assets.models import Revision
from catalog.assets.wizard import THEN_CHECK
from catalog.datasets import lacking
from catalog.datasets.models import Column, DataFile
from catalog.datasets.selectors import dictionary
from catalog.datasets.states import ReadingState
from catalog.quality.models import QualityStatement
from catalog.quality.selectors import measured_figures

MOST_COLUMNS = 100
LONGEST = 120
Row = dict[str, Any]


def columns(number: str, file: DataFile | None, *, linked: bool) -> list[Row]:
    """The dictionary as a folded section, a row for each column; none before the file is read."""
    every = dictionary(file) if file and file.state == ReadingState.CONFIRMED else []
    if not every:
        return []
    rows = [_column(number, column, linked=linked) for column in every[:MOST_COLUMNS]]
    left = len(every) - len(rows)
    if left:
        words = ngettext("%(count)s further column", "%(count)s further columns", left) % {"count": left}
        address = _address("catalog:dictionary-edit", number) if linked else ""
        rows.append({"label": "…", "value": words, "url": address + THEN_CHECK if address else ""})
    counted = ngettext("%(count)s column", "%(count)s columns", len(every)) % {"count": len(every)}
    return [{"title": _("Data dictionary"), "rows": rows, "folded": counted}]


def _column(number: str, column: Column, *, linked: bool) -> Row:
    url = lacking.address(number, column, then="7") if linked else ""
    return {"label": column.name, "value": _said(column), "url": url}


def _said(column: Column) -> str:
    """Meaning, type, unit and what else was ticked."""
    parts = [column.label or _("no meaning yet"), column.get_type_display(), column.unit, column.code_list]
    flags = (
        (column.is_key, _("key")),
        (column.is_required, _("mandatory")),
        (column.is_personal, _("personal data")),
        (bool(column.override_reason), column.override_reason),
    )
    parts += [words for is_so, words in flags if is_so]
    return "; ".join(Truncator(str(part)).chars(LONGEST) for part in parts if part)


def preview(number: str, file: DataFile | None) -> Iterator[tuple[Any, Any, str]]:
    """Whether rows are shown to everybody."""
    if file is None or file.state != ReadingState.CONFIRMED:
        return
    count = len(file.preview_rows) if file.preview_on else 0
    words = ngettext("%(count)s row is shown to everybody", "%(count)s rows are shown to everybody", count)
    said = words % {"count": count} if count else _("No rows are shown")
    yield _("Preview"), said, _address("catalog:preview-choose", number)


def papers(revision: Revision) -> str:
    """Names of the papers and what each proves."""
    found = [f"{paper.file.name} ({paper.get_claim_display()})" for paper in revision.current_evidence()]
    return "; ".join(found) or str(_("No papers"))


def measured(statement: QualityStatement) -> str:
    """The measured figures in a row."""
    return "; ".join(f"{figure['label']} {figure['value']}%" for figure in measured_figures(statement))


def _address(name: str, number: str) -> str:
    return reverse(name, kwargs={"number": number})
