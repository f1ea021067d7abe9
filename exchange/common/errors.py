"""Refusals: a sentence for people, a code for programs."""

from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the exchange refuses; nothing was changed.

    `message` is a translated sentence that says what to do next, `code` never changes,
    `fields` maps names of form fields to their own sentences.
    """

    def __init__(self, message: object, *, code: str, fields: dict[str, object] | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code
        self.fields = fields or {}


class IllegalMove(DomainError):
    """The record is not in a state from which this action is allowed."""

    def __init__(self, message: object = "", *, code: str = "illegal_move") -> None:
        super().__init__(
            message
            or _("This is no longer possible at the present stage. Open the page again to see what can be done now."),
            code=code,
        )


class Stale(DomainError):
    """The record changed since the page was shown."""

    def __init__(self) -> None:
        super().__init__(
            _("Someone has changed this record since you opened the page. Read it again, then decide."),
            code="stale",
        )
