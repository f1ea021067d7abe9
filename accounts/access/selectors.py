"""Who a signed-in person is at this moment."""

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment
from accounts.organisations.models import Membership
from accounts.users.models import User


def memberships_of(user: User) -> list[Membership]:
    """Current memberships of a person, with their organisations, in a stable order."""
    return list(
        Membership.objects.filter(user=user, ended_at__isnull=True).select_related("organisation").order_by("pk")
    )


def actor_for(user: User, organisation_id: int | None = None) -> Actor:
    """The actor of a person: staff role if one is held, else the chosen (or first) organisation with its roles."""
    appointment = StaffAppointment.objects.filter(user=user, ended_at__isnull=True).first()
    if appointment:
        return Actor(user=user, staff_role=appointment.role)
    memberships = memberships_of(user)
    chosen = next(
        (m for m in memberships if m.organisation_id == organisation_id), memberships[0] if memberships else None
    )
    if chosen is None:
        return Actor(user=user)
    return Actor(
        user=user,
        organisation=chosen.organisation,
        roles=frozenset(chosen.roles),
        organisations=tuple(membership.organisation for membership in memberships),
    )


def staff_holding(role: str) -> list[User]:
    """People who hold a staff role now, in a stable order."""
    appointed = StaffAppointment.objects.filter(role=role, ended_at__isnull=True)
    return list(User.objects.filter(is_active=True, pk__in=appointed.values("user")).order_by("pk"))
