"""The gate every use case passes, and the appointment of staff."""

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.policies import may
from accounts.organisations.models import Membership, Organisation
from accounts.users.models import User
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.notifications.services import notify
from exchange.transparency.services import record, record_system

log = structlog.get_logger(__name__)


def require(actor: Actor, permission: str, *, organisation: Organisation | None = None) -> None:
    """Let the actor pass, or raise PermissionDenied and note the attempt (ASVS V16.3.2)."""
    if may(actor, permission, organisation):
        return
    log.warning(
        "permission_denied", permission=permission, actor=actor.label, organisation=getattr(organisation, "pk", None)
    )
    raise PermissionDenied(permission)


@transaction.atomic
def appoint_staff(*, user_id: int, role: str, actor: Actor) -> StaffAppointment:
    """A person holds one staff role of the exchange; nobody who belongs to a participant does (R10)."""
    person = User.objects.select_for_update().get(pk=user_id)
    require(actor, "accounts.appoint_staff")
    _refuse_appointment(person, role, actor)
    appointment = StaffAppointment.objects.create(user=person, role=role, appointed_by=actor.user)
    _set_staff_flag(person, is_staff=True)
    record("staff.appoint", subject=appointment, actor=actor, data={"person": f"user:{person.pk}", "role": role})
    return appointment


@transaction.atomic
def appoint_first_administrator(*, email: str, actor: Actor) -> StaffAppointment:
    """The exchange gets its first administrator from the machine's operator; every later one from an administrator."""
    with connection.cursor() as cursor:  # nobody else is first at the same moment
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('accounts.first_administrator'))")
    if not actor.is_system:
        raise PermissionDenied("accounts.appoint_staff")
    if StaffAppointment.objects.filter(role=StaffRole.ADMINISTRATOR, ended_at__isnull=True).exists():
        raise DomainError(
            _("The exchange has an administrator already. Further staff is appointed in the console."),
            code="administrator_exists",
        )
    person = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
    if person is None or not EmailAddress.objects.filter(user=person, verified=True).exists():
        raise DomainError(
            _("No account with this confirmed address. Sign up on the site, confirm the address, then run this again."),
            code="account_missing",
        )
    _refuse_appointment(person, StaffRole.ADMINISTRATOR, actor)
    appointment = StaffAppointment.objects.create(user=person, role=StaffRole.ADMINISTRATOR)
    _set_staff_flag(person, is_staff=True)
    data = {"person": f"user:{person.pk}", "role": appointment.role}
    record("staff.appoint", subject=appointment, actor=actor, data=data)
    return appointment


@transaction.atomic
def end_appointment(*, appointment_id: int, actor: Actor) -> StaffAppointment:
    """A staff role ends; what the person decided stays on record."""
    appointment = StaffAppointment.objects.select_for_update().get(pk=appointment_id)
    require(actor, "accounts.appoint_staff")
    if appointment.ended_at:
        raise IllegalMove(_("This appointment has ended already."))
    if words := barred_from_ending(appointment, actor):
        raise DomainError(words, code="own_appointment")
    appointment.ended_at = now()
    appointment.save(update_fields=["ended_at"])
    _set_staff_flag(appointment.user, is_staff=False)
    data = {"person": f"user:{appointment.user_id}", "role": appointment.role}
    record("staff.end", subject=appointment, actor=actor, data=data)
    return appointment


def barred_from_ending(appointment: StaffAppointment, actor: Actor) -> str | Promise:
    """Why this person cannot end an appointment: it is their own; empty where nothing stands against it."""
    if actor.user is not None and appointment.user_id == actor.user.pk:
        return _("Nobody ends their own appointment. Ask another administrator.")
    return ""


@transaction.atomic
def reset_second_factor(*, email: str, proof: str, actor: Actor) -> User:
    """Somebody lost phone and codes: the factor goes, the password stays, and the person is told (ASVS V6.4.4)."""
    require(actor, "accounts.reset_second_factor")
    person = User.objects.select_for_update().filter(email__iexact=email.strip()).first()
    if person is None:
        words = _("No account has this address.")
        raise DomainError(words, code="no_such_account", fields={"email": words})
    if actor.user is not None and person.pk == actor.user.pk:
        raise DomainError(_("Nobody resets their own second factor. Ask another administrator."), code="own_factor")
    if not proof.strip():
        words = _("Say how you made sure that it is this person who asks.")
        raise DomainError(words, code="proof_missing", fields={"proof": words})
    factors = Authenticator.objects.filter(user=person)
    if not factors.exists():
        raise DomainError(_("This account has no second factor."), code="no_factor")
    factors.delete()
    data = {"person": f"user:{person.pk}", "proof": proof.strip()}
    record_system("factor.reset", about="second_factors", actor=actor, data=data)
    notify("factor.reset", users=[person], context={}, subject_url=reverse("mfa_index"))
    return person


def _refuse_appointment(person: User, role: str, actor: Actor) -> None:
    if role not in StaffRole.values:
        raise DomainError(_("Choose one of the staff roles."), code="role_missing")
    if actor.user is not None and person.pk == actor.user.pk:
        raise DomainError(_("Nobody appoints themselves. Ask another administrator."), code="own_appointment")
    if not person.is_active:
        raise DomainError(_("This account is closed; it cannot be appointed."), code="account_closed")
    if Membership.objects.current().filter(user=person).exists():
        raise DomainError(
            _("This person belongs to a participant. The membership must end before a staff role begins."),
            code="member_is_no_staff",
        )
    if StaffAppointment.objects.filter(user=person, ended_at__isnull=True).exists():
        raise DomainError(
            _("This person holds a staff role already. End it first: one person, one role."), code="staff_already"
        )


def _set_staff_flag(person: User, *, is_staff: bool) -> None:
    """The flag Django's admin asks for follows the appointment."""
    person.is_staff = is_staff
    person.save(update_fields=["is_staff"])
