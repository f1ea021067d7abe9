"""Start-up checks: what the law demands of the system's own log (R132: Decree 333 Art. 16.6, 20.3), and of sign-in."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LEAST_MONTHS = 12
NEEDED = ("exchange.common.request_log.RequestLog", "exchange.common.request_log.SignInLog")


@register
def log_is_lawful(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """The log names account, sign-in and sign-out, address and source port, and is kept for 12 months."""
    found: list[CheckMessage] = [
        Error(f"{name} is missing in MIDDLEWARE: the log would lack fields that R132 demands.", id="exchange.E001")
        for name in NEEDED
        if name not in settings.MIDDLEWARE
    ]
    if settings.LOG_MONTHS < LEAST_MONTHS:
        found.append(
            Error(
                f"LOG_MONTHS is {settings.LOG_MONTHS}: keep the log for at least 12 months (R132).", id="exchange.E002"
            )
        )
    return found


@register(Tags.security, deploy=True)
def staff_needs_a_second_factor(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever decides about money and rights proves more than a password (ASVS V6.3.3)."""
    if settings.STAFF_SECOND_FACTOR:
        return []
    words = "STAFF_SECOND_FACTOR is off: staff enters the console with a password alone. Set it to 1."
    return [Warning(words, id="exchange.W001")]
