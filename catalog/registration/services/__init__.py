"""Use cases of registration: sending, review, the clock of returned cases."""

from catalog.assets.services import create_asset
from catalog.registration.services.clock import remind_or_lapse, run_clocks
from catalog.registration.services.erasing import erase_discarded
from catalog.registration.services.review import list_, register, reject, return_, take
from catalog.registration.services.sending import (
    new_revision,
    retire,
    submit_listing,
    submit_registration,
    submit_together,
)
from catalog.registration.services.steps import save_page
from catalog.registration.services.taking_back import discard_draft, withdraw_registration

__all__ = [
    "create_asset",
    "discard_draft",
    "erase_discarded",
    "list_",
    "new_revision",
    "register",
    "reject",
    "remind_or_lapse",
    "retire",
    "return_",
    "run_clocks",
    "save_page",
    "submit_listing",
    "submit_registration",
    "submit_together",
    "take",
    "withdraw_registration",
]
