"""The second factor: a code of an app beside the password, or one of ten recovery codes. Made by django-allauth.

Anybody may switch it on. With STAFF_SECOND_FACTOR the console asks staff for it in every session, and once more
before acts that move money or rights when the last proof is older than ten minutes.
"""

from time import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.organisations.sealing import seal, unseal
from exchange.common.svg import qr_code

SET_UP, USE = "mfa_activate_totp", "mfa_reauthenticate"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are stored encrypted under FIELD_ENCRYPTION_KEY; the QR code is drawn by the house."""

    def encrypt(self, text: str) -> str:
        """As it stands in the table."""
        return seal(text).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """As the codes are made from it."""
        return unseal(encrypted_text.encode("ascii"))

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code an app reads the secret from."""
        return qr_code(url, _("QR code for the authenticator app"))


def missing_step(request: HttpRequest) -> str:
    """The page that must come before the console: setting the factor up, or using it; empty when nothing is missing.

    What was used must still stand: after a reset an old session opens nothing.
    """
    if not settings.STAFF_SECOND_FACTOR:
        return ""
    made = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP).first()
    if made is None:
        return SET_UP
    began = made.created_at.timestamp()
    uses = (one for one in get_authentication_records(request, request.user) if one["method"] == "mfa")
    return "" if any(one["at"] >= began for one in uses) else USE


def is_proof_recent(request: HttpRequest) -> bool:
    """Whether the person proved who they are, by whatever means, within the last ten minutes."""
    proofs = [one["at"] for one in get_authentication_records(request, request.user)]
    return bool(proofs) and time() - max(proofs) < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
