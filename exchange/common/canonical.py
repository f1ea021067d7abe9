"""Canonical JSON (RFC 8785) and SHA-256: the same record gives the same bytes everywhere."""

import hashlib
from typing import Any

import rfc8785


def canonical_json(value: Any) -> bytes:
    """Bytes of a value as RFC 8785 JSON; whole numbers above 2^53 must be given as text."""
    return rfc8785.dumps(value)


def sha256_hex(content: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of(value: Any) -> str:
    """SHA-256 of the canonical JSON of a value."""
    return sha256_hex(canonical_json(value))
