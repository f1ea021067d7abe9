"""Whether somebody may: decides what pages show; the gate is services.require."""

from accounts.access.actor import Actor
from accounts.access.roles import PERMISSIONS
from accounts.organisations.models import Organisation


def may(actor: Actor, permission: str, organisation: Organisation | None = None) -> bool:
    """Whether the actor holds the right: as staff, as a job, or as a member acting for this organisation."""
    right = PERMISSIONS[permission]
    if actor.is_system:
        return right.system
    if actor.user is None or not actor.user.is_active:
        return False
    if actor.staff_role:
        return actor.staff_role in right.staff
    if actor.organisation is None or organisation is None or actor.organisation.pk != organisation.pk:
        return False
    return not actor.roles.isdisjoint(right.members)
