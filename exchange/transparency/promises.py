"""Pending receipts: what a party holds from the moment of the commit until the entry is published (trust.md C.4)."""

import datetime as dt
import re
from dataclasses import dataclass

from exchange.transparency import keys, notes
from exchange.transparency.leaf import moment

WITHIN = dt.timedelta(seconds=60)
LEAF = re.compile(r"leaf ([0-9a-f]{64})\Z")
BY = re.compile(r"by (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\Z")


@dataclass(frozen=True)
class Promise:
    """The entry with this leaf hash is published by a moment."""

    leaf_hash: str
    by: dt.datetime

    @property
    def text(self) -> str:
        """The note text that is signed."""
        return f"{keys.promise_verifiers()[0].name}\nleaf {self.leaf_hash}\nby {moment(self.by)}\n"

    @classmethod
    def parse(cls, text: str) -> "Promise":
        """From the text of a note; raises NoteError with what is wrong."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:
            raise notes.NoteError("not_a_promise")
        leaf, by = LEAF.match(lines[1]), BY.match(lines[2])
        if not leaf or not by:
            raise notes.NoteError("not_a_promise")
        try:
            at = dt.datetime.strptime(by[1], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=dt.UTC)
        except ValueError as error:
            raise notes.NoteError("not_a_promise") from error
        return cls(leaf[1], at)


def promise(leaf_hash: str, made_at: dt.datetime) -> str:
    """The signed pending receipt of an entry; the same each time, so that it can be asked for again."""
    return keys.promise_signer().sign(Promise(leaf_hash, made_at + WITHIN).text)


def open_promise(note: str) -> Promise:
    """What a pending receipt of this exchange promises; raises NoteError with what is wrong."""
    text, _signatures = notes.split(note)
    verifiers = keys.promise_verifiers()
    if text.split("\n", 1)[0] != verifiers[0].name:
        raise notes.NoteError("foreign_origin")
    return Promise.parse(notes.open_note(note, verifiers))


def is_promise(note: str) -> bool:
    """Whether a text looks like a pending receipt, ours or another's."""
    lines = note.split("\n", 2)
    return len(lines) > 1 and lines[1].startswith("leaf ")
