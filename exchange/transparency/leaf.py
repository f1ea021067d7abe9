"""What one entry says: the public leaf, the salted record behind it, and its opening. Plain Python."""

import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from exchange.common.canonical import canonical_json, sha256_hex
from exchange.transparency.tree import leaf_hash

VERSION = 1
TOKEN = re.compile(r"[!-?A-~]{0,200}\Z")  # one ASCII word: no blanks, no @
PERSONAL = frozenset(
    {"address", "birth_date", "e_mail", "email", "full_name", "name", "phone", "tax_code", "identity_number", "text"}
)


@dataclass(frozen=True)
class Body:
    """A new entry before it is stored."""

    salt: bytes
    record: bytes
    leaf: bytes

    @property
    def hash(self) -> str:
        """Hash of the leaf in the tree."""
        return leaf_hash(self.leaf).hex()


def plain(value: Any, key: str = "") -> Any:
    """A value as records keep it: numbers and days as text, words as they are, free text only as its SHA-256."""
    if key in PERSONAL:
        raise ValueError(f"a log record must not hold {key!r}: write a reference or a code")
    if isinstance(value, Mapping):
        return {str(name): plain(item, str(name)) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [plain(item) for item in items]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        raise TypeError("a log record holds amounts as text, never as floating point")
    text = value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else str(value)
    return text if TOKEN.fullmatch(text) else {"sha256": sha256_hex(text.encode())}


def commitment(salt: bytes, record: bytes) -> str:
    """SHA-256(salt || record): binds the record without showing it."""
    return hashlib.sha256(salt + record).hexdigest()


def moment(at: dt.datetime) -> str:
    """UTC to the second: 2026-11-21T12:00:00Z."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make(
    *, kind: str, ref: str, number: int, previous: str, at: dt.datetime, policy: str, content: Mapping[str, Any]
) -> Body:
    """Build leaf, record and salt of one event of an object; `number` counts from 1, `previous` is empty there."""
    record = canonical_json({"v": VERSION, "t": kind, "ts": moment(at), "o": ref, "n": number, **content})
    salt = secrets.token_bytes(32)
    leaf = {
        "v": VERSION,
        "t": kind,
        "ts": moment(at),
        "o": ref,
        "n": number,
        "p": previous,
        "c": commitment(salt, record),
        "pol": policy,
    }
    return Body(salt, record, canonical_json(leaf))
