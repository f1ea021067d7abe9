"""Standard Webhooks signatures: HMAC-SHA-256 over `id.timestamp.body` (standardwebhooks specification 1.0)."""

import base64
import hashlib
import hmac


def secret_bytes(secret: str) -> bytes:
    """Key bytes of a `whsec_…` secret."""
    return base64.b64decode(secret.removeprefix("whsec_"))


def signature(secret: str, message_id: str, timestamp: str, body: bytes) -> str:
    """The `v1,…` signature of a message."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()).decode()


def is_signed(secret: str, headers: dict[str, str], body: bytes, *, now: int, tolerance: int) -> bool:
    """Whether one of the given signatures fits and the message is not older or newer than the tolerance, in seconds."""
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > tolerance:
        return False
    expected = signature(secret, message_id, timestamp, body)
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected.encode(), one.encode("utf-8", "replace")) for one in given)
