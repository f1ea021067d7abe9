"""Entries of the log in the console: what was recorded about what, and its place in the public tree."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import Register, badge, code, column, doer
from exchange.common.forms import PortalForm
from exchange.transparency import kinds, reconcile
from exchange.transparency.models import Discrepancy, Entry
from exchange.transparency.wording import FINDINGS


def place(entry: Entry) -> object:
    """Number in the tree."""
    leaf = getattr(entry, "sequenced", None)
    return leaf.index if leaf else _("waiting")


place.short_description = _("Entry")  # type: ignore[attr-defined]
place.admin_order_field = "sequenced__index"  # type: ignore[attr-defined]


def hashed(value: str) -> Any:
    """A hash in its own type."""
    return format_html('<span class="hash">{}</span>', value)


def opened(value: bytes) -> Any:
    """Canonical JSON as text."""
    return format_html('<span class="hash wrap">{}</span>', bytes(value).decode())


@admin.register(Entry)
class EntryAdmin(Register):
    """Every entry, the newest first; the record behind it is for staff only."""

    reads = "exchange.view_registers"
    singular, plural = _("entry of the log"), _("entries of the log")
    columns = (
        column("pk", _("Number"), order="pk"),
        place,
        column("kind", _("Event"), order="kind", show=kinds.label),
        column("subject", _("About"), order="subject", show=code),
        column("actor", _("By"), order="actor", show=doer),
        column("made_at", _("Time")),
    )
    details = (
        *columns,
        column("acting_for", _("Acting for")),
        column("object_ref", _("Reference of the object"), show=hashed),
        column("number", _("Step of its object")),
        column("leaf_hash", _("Hash"), show=hashed),
        column("leaf", _("Public leaf"), show=opened),
        column("record", _("Record"), show=opened),
    )
    list_select_related = ("sequenced",)
    search_fields = ("subject", "object_ref", "leaf_hash", "kind")
    ordering = ("-pk",)
    show_full_result_count = False


class ConcludeForm(PortalForm):
    """What the supervisor found out."""

    text = forms.CharField(
        label=_("What it was and what was done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


def conclude(actor: Any, found: Discrepancy, data: dict[str, Any]) -> object:
    """Close a difference with words."""
    reconcile.conclude(discrepancy_id=found.pk, text=data["text"], user_id=actor.user.pk, actor=actor)
    return _("The difference is concluded. If it lasts, the next comparison reports it again.")


def is_open(found: Discrepancy) -> bool:
    """Whether nobody has concluded it."""
    return found.concluded_at is None


def meaning(found: Discrepancy) -> object:
    """What is wrong, in words."""
    return FINDINGS.get(found.code, found.code)


def standing(found: Discrepancy) -> object:
    """Open or concluded."""
    return badge("err", _("Not concluded"), "warn") if is_open(found) else badge("ok", _("Concluded"), "check")


def differences(found: Discrepancy) -> object:
    """Column by column: what the log committed to, what the row holds now."""
    lines = (
        (one.get("column", ""), _shown(one.get("logged")), _shown(one.get("found"))) for one in found.details or []
    )
    rows = format_html_join("", "<li><b>{}</b>: {} → {}</li>", lines)
    return format_html("<ul>{}</ul>", rows) if rows else "–"


def _shown(value: Any) -> object:
    return _("sealed value") if isinstance(value, str) and value.startswith("~") else "–" if value is None else value


meaning.short_description = _("What differs")  # type: ignore[attr-defined]
standing.short_description = _("Standing")  # type: ignore[attr-defined]
differences.short_description = _("Logged and found")  # type: ignore[attr-defined]


class Standing(admin.SimpleListFilter):
    """Open ones first."""

    title = _("Standing")
    parameter_name = "standing"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        """Open or concluded."""
        return [("open", _("Not concluded")), ("concluded", _("Concluded"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Rows of the chosen standing."""
        if self.value() is None:
            return queryset
        return queryset.filter(concluded_at__isnull=self.value() == "open")


@admin.register(Discrepancy)
class DiscrepancyAdmin(ActingRegister):
    """What the nightly comparison of log and rows found; a supervisor concludes each with words."""

    reads = "exchange.conclude_discrepancy"
    singular, plural = _("difference between records and log"), _("differences between records and log")
    columns = (
        column("pk", _("Number"), order="pk"),
        meaning,
        column("place", _("About")),
        standing,
        column("found_at", _("Found at")),
    )
    details = (
        *columns,
        differences,
        column("entry", _("Entry of the log")),
        column("seen_at", _("Last seen at")),
        column("concluded_by", _("Concluded by")),
        column("concluded_at", _("Concluded at")),
        column("conclusion", _("Conclusion")),
    )
    list_filter = (Standing,)
    list_select_related = ("concluded_by", "entry")
    search_fields = ("place", "code")
    ordering = ("-pk",)
    acts = (
        Act(
            code="conclude",
            title=_("Conclude the difference"),
            button=_("Conclude"),
            right="exchange.conclude_discrepancy",
            run=conclude,
            form_class=ConcludeForm,
            note=_("Say what it was. Restore what was changed unlawfully before you conclude."),
            when=is_open,
        ),
    )
