"""Use cases of registration: sending, review, the clock of returned cases."""

from catalog.registration.services.clock import remind_or_lapse, run_clocks
from catalog.registration.services.review import list_, register, reject, return_, take
from catalog.registration.services.sending import (
    new_revision,
    retire,
    submit_listing,
    submit_registration,
    submit_together,
)

__all__ = [
    "list_",
    "new_revision",
    "register",
    "reject",
    "remind_or_lapse",
    "retire",
    "return_",
    "run_clocks",
    "submit_listing",
    "submit_registration",
    "submit_together",
    "take",
]
