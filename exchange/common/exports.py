"""Tables as CSV that a spreadsheet opens as text, never as a formula (trust B.1 row 14)."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from exchange.common.admin import EMPTY, Register

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 20_000


def safe_cell(value: object) -> str:
    """Text of a cell: what a spreadsheet would take for a formula begins with an apostrophe; whole numbers stay."""
    text = str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return text
    return f"'{text}" if text.startswith(DANGEROUS) else text


def csv_text(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV with the mark of UTF-8 that spreadsheets look for."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    writer.writerow([safe_cell(cell) for cell in head])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def csv_response(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """The table as a file to save."""
    response = HttpResponse(csv_text(head, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response["Cache-Control"] = "no-store"
    return response


class ExportedRegister(Register):
    """A register whose filtered list can be saved as CSV: its columns, amounts as bare figures.

    Where the list joins several facts in one cell, `exported` names them apart for the file.
    """

    exported: Sequence[Any] = ()

    def get_urls(self) -> list[URLPattern]:
        """The file has an address of its own."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export.csv", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def links(self, request: HttpRequest) -> list[tuple[str, object]]:
        """Links above the list."""
        query = request.GET.urlencode()
        return [(reverse(self.address("export")) + (f"?{query}" if query else ""), _("Save as CSV"))]

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list with its links."""
        extra = extra_context or {}
        links = [*extra.get("list_links", []), *self.links(request)]
        return super().changelist_view(request, {**extra, "list_links": links})

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Rows of the list as it is filtered."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found: Any = self.get_changelist_instance(request)
        rows = found.get_queryset(request)[:MOST_ROWS]
        head = [getattr(cell, "short_description", "") for cell in self.exported or self.columns]
        return csv_response(self.opts.model_name or "rows", head, [self._row(record) for record in rows])

    def _row(self, record: Any) -> list[object]:
        return [plain(cell, record) for cell in self.exported or self.columns]


def plain(cell: Any, record: Any) -> object:
    """What a column shows, without markup; amounts as bare figures."""
    raw = getattr(cell, "raw", None)
    value = raw(record) if raw else cell(record)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = strip_tags(str(value)).strip()
    return "" if text == EMPTY else text
