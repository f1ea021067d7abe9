"""Re-exports of the floor's models; code imports from the rooms."""

from accounts.access.models import StaffAppointment
from accounts.organisations.models import Invitation, Membership, Organisation
from accounts.users.models import User
from accounts.verification.models import Evidence, ServiceContract, ServiceContractAcceptance, VerificationCase

__all__ = [
    "Evidence",
    "Invitation",
    "Membership",
    "Organisation",
    "ServiceContract",
    "ServiceContractAcceptance",
    "StaffAppointment",
    "User",
    "VerificationCase",
]
