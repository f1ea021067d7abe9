"""Receipts of an order as files: the proof for foreign programs, the opening with its salt, the promise before both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.common.addresses import absolute
from exchange.transparency import kinds
from exchange.transparency.models import Entry
from exchange.transparency.selectors import Place, opening, pending_receipt, places

PROOF, OPENING, PENDING = "proof", "opening", "pending"


@dataclass(frozen=True)
class Paper:
    """A logged step of an order, with its place in the public log once it has one."""

    entry: Entry
    place: Place | None

    @property
    def name(self) -> str:
        """The event in words."""
        return kinds.label(self.entry.kind)


def papers_of(entries: list[Entry]) -> list[Paper]:
    """Every logged step, oldest first; a step whose opening was lost in a restore has its proof alone."""
    return [Paper(entry, place) for entry, place in zip(entries, places(entries), strict=True)]


def check_address(leaf_hash: str) -> str:
    """Where anybody checks a leaf hash: what the QR code carries."""
    return absolute(f"/transparency/verify/?hash={leaf_hash}")


def content_of(entry: Entry, kind: str) -> str:
    """The text of a receipt; empty where there is none of this kind (yet)."""
    if kind == PENDING:
        return pending_receipt(entry)
    if kind == OPENING:
        return "" if entry.is_opening_lost else json.dumps(opening(entry), indent=1)
    place = places([entry])[0]
    return place.file if place else ""


def file_name(number: str, entry: Entry, kind: str) -> str:
    """How a receipt is called when it is saved."""
    endings = {PROOF: ".tlog-proof", OPENING: "-opening.json", PENDING: "-pending.txt"}
    return f"{number}-{entry.pk}{endings[kind]}"


def attachments(context: Mapping[str, Any]) -> dict[str, str]:
    """Proof and opening for the mail of a receipt."""
    entry = Entry.objects.select_related("sequenced").get(pk=context["entry"])
    return {file_name(context["number"], entry, kind): content_of(entry, kind) for kind in (PROOF, OPENING)}
