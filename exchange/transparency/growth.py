"""Whether the present tree contains an earlier one: proved for the public page, and for whoever kept an old root."""

import binascii
import datetime as dt
import re
from base64 import b64decode
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exchange.common.clock import now
from exchange.transparency.folders import folder_of
from exchange.transparency.models import Checkpoint
from exchange.transparency.selectors import latest_checkpoint
from exchange.transparency.tiles import MissingTile
from exchange.transparency.tree import ProofError, consistency_proof, verify_consistency

HEX = re.compile(r"[0-9a-fA-F]{64}\Z")
A_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class Comparison:
    """An earlier tree beside the present one, the proof between them, and what came of checking it."""

    old_size: int
    old_root: str
    new_size: int
    path: tuple[str, ...] = ()
    problem: str | Promise = ""
    signed_at: dt.datetime | None = None  # of the earlier checkpoint, where it is one the exchange published

    @property
    def holds(self) -> bool:
        """Whether the present tree contains the earlier one."""
        return not self.problem


PROBLEMS: dict[str, str | Promise] = {
    "empty": _("Enter a size of at least 1: a tree without entries proves nothing."),
    "larger": _("The log shows fewer entries than that now. If you hold a signed checkpoint of this size, report it."),
    "missing": _("A published file of the log is missing, so its history cannot be compared now. Try later."),
    "differs": _("The present tree does not contain this one: the size or the root is not that of an earlier state."),
}


def compare(old_size: int, old_root: bytes, newest: Checkpoint, signed_at: dt.datetime | None = None) -> Comparison:
    """Make the consistency proof from an earlier tree to the newest checkpoint and check it as a stranger would."""
    new_root = bytes.fromhex(newest.root)

    def found(problem: str = "", path: tuple[str, ...] = ()) -> Comparison:
        sentence = PROBLEMS.get(problem, "")
        return Comparison(old_size, old_root.hex(), newest.size, path, sentence, signed_at)

    if not 0 < old_size <= newest.size:
        return found("larger" if old_size > 0 else "empty")
    try:
        path = consistency_proof(old_size, newest.size, folder_of(newest.year).complete(newest.size))
        verify_consistency(old_size, newest.size, old_root, new_root, path)
    except MissingTile:
        return found("missing")
    except ProofError:
        return found("differs")
    return found(path=tuple(item.hex() for item in path))


def last_growth(newest: Checkpoint | None) -> Comparison | None:
    """From the checkpoint of a week ago, or the first one if the log is younger, to the newest."""
    if newest is None or not newest.size:
        return None
    earlier = Checkpoint.objects.filter(year=newest.year, size__gt=0, size__lt=newest.size)
    old = earlier.filter(signed_at__lte=now() - A_WEEK).order_by("-size").first() or earlier.order_by("size").first()
    return compare(old.size, bytes.fromhex(old.root), newest, old.signed_at) if old else None


def compare_with_newest(old_size: int, old_root: bytes) -> Comparison | None:
    """What a visitor kept, beside the newest checkpoint; None while nothing is published."""
    newest = latest_checkpoint()
    return compare(old_size, old_root, newest) if newest else None


def root_in(text: str) -> bytes | None:
    """The 32 bytes of a root written in hexadecimal, or in Base64 as checkpoints write it."""
    text = text.strip()
    if HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        found = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == 32 else None
