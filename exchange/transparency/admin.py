"""Entries of the log in the console: what was recorded about what, and its place in the public tree."""

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from exchange.common.admin import Register, code, column, doer
from exchange.transparency import kinds
from exchange.transparency.models import Entry


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
