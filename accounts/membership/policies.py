"""Who may do what with an organisation's people now: decides what pages show; services check again."""

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation, ParticipantState


def can_manage(actor: Actor, organisation: Organisation) -> bool:
    """Whether the person may name roles and end memberships; a natural person has no members."""
    return not organisation.is_person and may(actor, "accounts.manage_members", organisation)


def can_invite(actor: Actor, organisation: Organisation) -> bool:
    """Whether the person may invite: nobody new comes to act for a closed account."""
    return organisation.state != ParticipantState.CLOSED and can_manage(actor, organisation)
