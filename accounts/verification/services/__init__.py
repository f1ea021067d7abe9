"""Use cases of admission: the case, the decision, the participant's standing, the service contract."""

from accounts.verification.services.contracts import accept_service_contract
from accounts.verification.services.decisions import (
    reassign_case,
    reject_case,
    return_case,
    take_case,
    verify_case,
)
from accounts.verification.services.details import save_details
from accounts.verification.services.filing import (
    add_evidence,
    lapse_case,
    open_case,
    remind_applicant,
    remove_evidence,
    submit_case,
)
from accounts.verification.services.standing import (
    close_participant,
    record_identity,
    restore_participant,
    suspend_participant,
    warn_of_expiry,
)

__all__ = [
    "accept_service_contract",
    "add_evidence",
    "close_participant",
    "lapse_case",
    "open_case",
    "reassign_case",
    "record_identity",
    "reject_case",
    "remind_applicant",
    "remove_evidence",
    "restore_participant",
    "return_case",
    "save_details",
    "submit_case",
    "suspend_participant",
    "take_case",
    "verify_case",
    "warn_of_expiry",
]
