"""Bases of the console's lists and pages: registers are read, cases are read and decided by a service."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from exchange.common import svg
from exchange.common.casefile import Answer, Case
from exchange.common.errors import DomainError
from exchange.common.money import shown

EMPTY = "–"
Show = Callable[[Any], Any]


def column(name: str, label: object, *, order: str | None = None, show: Show | None = None) -> Callable[[Model], Any]:
    """A column of a list or a line of a record with a translated head; dates and codes written for people."""

    def raw(record: Model) -> Any:
        value: Any = record
        for part in name.split("__"):
            value = getattr(value, part, None)
        return value

    def cell(record: Model) -> Any:
        value = raw(record)
        return show(value) if show else written(value, record, name)

    if show is dong:
        cell.raw = raw  # type: ignore[attr-defined]  # files carry bare figures
    cell.__name__ = name.replace("__", "_")
    cell.short_description = label  # type: ignore[attr-defined]
    cell.admin_order_field = order if order is not None else (name if show is None else None)  # type: ignore[attr-defined]
    return cell


def written(value: Any, record: Model | None = None, name: str = "") -> Any:
    """A value as people read it."""
    label = getattr(record, f"get_{name}_display", None) if record is not None else None
    if value is None or value == "" or value == []:
        return EMPTY
    return label() if label else _written(value)


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return date_format(localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, dt.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return ", ".join(str(item) for item in value) if isinstance(value, (list, tuple)) else value


def code(value: object) -> SafeString | str:
    """What is written for machines: names of parameters, JSON, hashes of records."""
    return EMPTY if value is None or value == "" else format_html('<code class="wrap">{}</code>', value)


def doer(actor: str) -> SafeString | str:
    """Who did something, from a record; the exchange's own jobs by the name of their room."""
    kind, _colon, room = actor.partition(":")
    return format_html("{} <code>{}</code>", _("The exchange itself:"), room) if kind == "system" else actor


def dong(value: int | None) -> SafeString | str:
    """An amount, aligned with its neighbours."""
    return EMPTY if value is None else format_html('<span class="money">{}</span>', shown(value))


def badge(tone: str, text: object, icon: str = "") -> SafeString:
    """A chip: colour repeats what the words say."""
    return format_html('<span class="badge {}">{}{}</span>', tone, svg.icon(icon) if icon else "", text)


def two_lines(title: object, *under: object) -> SafeString:
    """A title with smaller lines under it."""
    lines = format_html_join("", '<small class="under">{}</small>', ((line,) for line in under if line))
    return format_html("<b>{}</b>{}", title, lines)


def titled(title: object, base: type[admin.FieldListFilter] = admin.ChoicesFieldListFilter) -> type:
    """A list filter with a translated head."""

    class Titled(base):  # type: ignore[misc, valid-type]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.title = title

    return Titled


class Register(admin.ModelAdmin):
    """Rows that are read here and changed only by services elsewhere."""

    reads = ""  # the right that opens the register
    singular: object = ""  # names of a row and of the list, where the model has none for people
    plural: object = ""
    columns: Sequence[Any] = ()
    details: Sequence[Any] = ()
    show_facets = admin.ShowFacets.ALWAYS
    list_per_page = 50
    list_max_show_all = 200
    change_list_template = "console/list.html"
    record_template = "console/record.html"
    actions = None

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        self.list_display = list(self.columns)

    @property
    def media(self) -> forms.Media:
        """None of the stock scripts: they serve editing, and weigh more than a page may."""
        return forms.Media()

    # rights: the site knows who may read what
    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the register stands in the navigation."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever holds the right of the register."""
        return self.admin_site.may(request, self.reads)  # type: ignore[attr-defined]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody deletes rows anywhere."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Rows the person may see."""
        rows = self.model._default_manager.all()
        visible = getattr(rows, "visible_to", None)
        rows = visible(request.actor) if visible else rows  # type: ignore[attr-defined]
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """The list under its own name."""
        return super().changelist_view(request, {"title": self.heading, **(extra_context or {})})

    def record(self, request: HttpRequest, object_id: str) -> Any:
        """The row of the address; what a person may not see is not there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict | None = None
    ) -> HttpResponse:
        """One row as a page of facts."""
        return self.show(request, self.record(request, object_id), **(extra_context or {}))

    def show(self, request: HttpRequest, record: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """Lay out the facts of a row."""
        facts = [(cell.short_description, cell(record)) for cell in (self.details or self.columns)]
        context = {"facts": facts, **self.page(request, record), **extra}
        return TemplateResponse(request, self.record_template, context, status=status)

    def names(self, request: HttpRequest) -> dict[str, Any]:
        """What every page of the register needs."""
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "singular": capfirst(str(self.singular or self.opts.verbose_name)),
            "plural": self.heading,
            "list_url": reverse(self.address("changelist")),
        }

    def title_of(self, record: Any) -> str:
        """What a page about one row is called."""
        return str(record)

    @property
    def heading(self) -> str:
        """Name of the list."""
        return str(capfirst(str(self.plural or self.opts.verbose_name_plural)))

    def page(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        """What every page about one row needs."""
        return {
            **self.names(request),
            "record": record,
            "title": self.title_of(record),
            "history_url": reverse(self.address("history"), args=[record.pk]),
        }

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict | None = None) -> HttpResponse:
        """What the public log holds about the row: nobody can edit it."""
        record = self.record(request, object_id)
        context = {**self.page(request, record), "entries": self.admin_site.entries_of(record)}  # type: ignore[attr-defined]
        return TemplateResponse(request, "console/history.html", context)

    def address(self, action: str) -> str:
        """Name of an address of this register."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_{action}"


ANCHORS = {
    "reason_code": "code",
    "article": "article",
    "text": "text",
    "reason_text": "text",
    "conclusion": "text",
    "cleared": "cleared",
    "cleared_rules": "cleared",
    "fields": "fields",
    "reviewer": "to",
    "amount": "amount",
    "outcome": "outcome",
}


class CaseAdmin(Register):
    """A case is read in the console and decided by a service of its room; the admin never writes it."""

    list_per_page = 25
    record_template = "console/case.html"

    def casefile(self, request: HttpRequest, record: Any) -> Case:
        """What is read before deciding."""
        raise NotImplementedError

    def decide(self, request: HttpRequest, record: Any, answer: Answer) -> object:
        """Call the room's service; returns the sentence that says what was done."""
        raise NotImplementedError

    def papers_of(self, record: Any) -> Iterable[models.Model]:
        """Stored files that belong to the case: only these open from its page."""
        return ()

    def get_urls(self) -> list[URLPattern]:
        """The decision and the papers have addresses of their own."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/decide/", wrap(require_POST(self.decide_view)), name=f"{name}_decide"),
            path("<path:object_id>/papers/<uuid:file_id>/", wrap(require_safe(self.paper_view)), name=f"{name}_paper"),
            *super().get_urls(),
        ]

    def show(self, request: HttpRequest, record: Any, status: int = 200, **extra: Any) -> HttpResponse:
        """The case page."""
        case = self.casefile(request, record)
        context = {
            **self.page(request, record),
            "title": case.title,
            "case": case,
            "decide_url": reverse(self.address("decide"), args=[record.pk]),
            "papers": [
                (paper, reverse(self.address("paper"), args=[record.pk, paper.file_id])) for paper in case.papers
            ],
            "seen": self.admin_site.papers_seen(request, case.papers),  # type: ignore[attr-defined]
            **extra,
        }
        return TemplateResponse(request, self.record_template, context, status=status)

    def decide_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a decision, or show why not and keep what was typed."""
        record = self.record(request, object_id)
        answer = Answer.of(request.POST)
        try:
            message = self.decide(request, record, answer)
        except DomainError as error:
            return self.show(request, self.record(request, object_id), 409, posted=answer, errors=put(error, answer))
        messages.success(request, str(message))
        return redirect(self.address("change"), record.pk)

    def paper_view(self, request: HttpRequest, object_id: str, file_id: Any) -> HttpResponse:
        """Hand out one paper of the case: as a download, its hash checked, and noted."""
        record = self.record(request, object_id)
        stored = next((file for file in self.papers_of(record) if file.pk == file_id), None)
        if stored is None:
            raise Http404
        try:
            return self.admin_site.open_paper(request, stored, record)  # type: ignore[attr-defined]
        except DomainError as error:
            messages.error(request, str(error.message))
            return redirect(self.address("change"), record.pk)


def put(error: DomainError, answer: Answer) -> list[tuple[str, object]]:
    """A refusal as lines of the error summary: anchor and words. Only the text stands outside the choices."""
    found = [(ANCHORS[name], words) for name, words in error.fields.items() if name in ANCHORS]
    lines = [
        (f"{part}-{answer.key}" if part == "text" else f"{part}-{answer.decision}-{answer.key}", words)
        for part, words in found
    ]
    return lines or [(f"panel-{answer.key}", error.message)]


class QueueFilter(admin.SimpleListFilter):
    """Rows by what is to be done with them; the parts are named by each register."""

    title = _("Queue")
    parameter_name = "queue"
    parts: Sequence[tuple[str, object, Callable[[QuerySet], QuerySet]]] = ()

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, Any]]:
        """Names of the parts."""
        return [(code, label) for code, label, _rows in self.parts]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Rows of the chosen part."""
        chosen = next((rows for code, _label, rows in self.parts if code == self.value()), None)
        return chosen(queryset) if chosen else queryset


def queue_filter(*parts: tuple[str, object, Callable[[QuerySet], QuerySet]]) -> type[QueueFilter]:
    """A filter over named parts: code, label, rows."""
    return type("RegisterQueueFilter", (QueueFilter,), {"parts": parts})
