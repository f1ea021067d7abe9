"""Personal identification numbers: a keyed hash to compare, a sealed copy for the invoice, never in clear (R9)."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def hash_of(number: str) -> str:
    """Keyed hash of a number: equal numbers are found, none can be guessed from a copy of the table."""
    return hmac.new(_hash_key(), number.encode("ascii"), hashlib.sha256).hexdigest()


def seal(number: str) -> bytes:
    """The number encrypted, for the one paper that must carry it (N254 10.1)."""
    return _vault().encrypt(number.encode("ascii"))


def unseal(sealed: bytes | memoryview) -> str:
    """The number again; only the invoice asks for it."""
    return _vault().decrypt(bytes(sealed)).decode("ascii")


def tail_of(number: str) -> str:
    """The last three digits, the only ones shown."""
    return number[-3:]


def _vault() -> Fernet:
    return Fernet(settings.FIELD_ENCRYPTION_KEY)


def _hash_key() -> bytes:
    """A key of its own, drawn from the field key: one secret to keep, two keys in use."""
    secret = base64.urlsafe_b64decode(settings.FIELD_ENCRYPTION_KEY)
    return HKDF(SHA256(), 32, salt=None, info=b"personal identification number").derive(secret)
