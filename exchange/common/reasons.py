"""A reason somebody writes for a decision about money: kept for good, so it must say something."""

from django.utils.translation import gettext_lazy as _

from exchange.common.errors import DomainError
from exchange.common.vietnamese import clean

LEAST = 10  # characters


def explained(text: str) -> str:
    """The cleaned text, or a refusal at the field `reason` when it is too short to explain anything."""
    text = clean(text)
    if len(text) < LEAST:
        sentence = _("Explain the reason in at least 10 characters.")
        raise DomainError(sentence, code="reason_missing", fields={"reason": sentence})
    return text
