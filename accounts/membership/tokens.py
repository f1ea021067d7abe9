"""One-time links of invitations: made from the row and the secret of the exchange, so that no copy is kept."""

import datetime as dt
import hashlib

from django.conf import settings
from django.utils.crypto import salted_hmac

LIFETIME = dt.timedelta(days=7)


def token_for(organisation_id: int, email: str, made_at: dt.datetime) -> str:
    """The secret part of a link; whoever reads the database alone cannot make it."""
    value = f"{organisation_id}|{email}|{made_at.isoformat()}"
    salt = "accounts.membership.invitation"
    return salted_hmac(salt, value, secret=settings.LINK_SIGNING_KEY, algorithm="sha256").hexdigest()


def hash_of(token: str) -> str:
    """What the table keeps of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
