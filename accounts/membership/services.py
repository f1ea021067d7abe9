"""Use cases of an organisation's people: founding it, inviting, naming roles, leaving."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment
from accounts.access.services import require
from accounts.membership import tokens
from accounts.membership.mails import invitation_mail
from accounts.membership.selectors import has_confirmed_address, is_last_owner
from accounts.organisations.identity import check_details, holders, refuse_taken, stored_values
from accounts.organisations.models import Invitation, MemberRole, Membership, Organisation, ParticipantState
from accounts.users.models import User
from exchange.common.clock import now
from exchange.common.errors import DomainError, IllegalMove
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from exchange.transparency.services import record

MOST_OPEN_INVITATIONS = 20


def create_organisation(*, kind: str, details: dict, actor: Actor) -> Organisation:
    """A new participant, not verified yet, whose first member is its owner and holds every role."""
    founder = require_person(actor)
    values = stored_values(kind, check_details(kind, details))
    try:
        with transaction.atomic():
            return _found(kind, values, founder, actor)
    except IntegrityError as error:
        return _already_founded(values, founder, error)


@transaction.atomic
def invite_member(*, organisation_id: int, email: str, roles: Iterable[str], actor: Actor) -> Invitation:
    """An offer of membership on its way to an address; the one-time link is never stored."""
    organisation = _locked(organisation_id)
    require(actor, "accounts.manage_members", organisation=organisation)
    _refuse_for_person(organisation)
    _refuse_closed(organisation)
    address = email.strip().lower()
    _refuse_second_invitation(organisation, address)
    made_at = now()
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=address,
        roles=in_order(roles),
        token_hash=tokens.hash_of(tokens.token_for(organisation.pk, address, made_at)),
        invited_by=actor.user,
        made_at=made_at,
        expires_at=made_at + tokens.LIFETIME,
    )
    data = {"roles": invitation.roles}
    record("member.invite", subject=organisation, actor=actor, data=data, rows=[invitation])
    enqueue("accounts.membership.send_invitation", invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def mail_invitation(*, invitation_id: int) -> bool:
    """Mail an open invitation; a second run finds it mailed and does nothing."""
    waiting = Invitation.objects.open().filter(pk=invitation_id, mailed_at__isnull=True)
    invitation = waiting.select_for_update(of=("self",)).select_related("organisation", "invited_by").first()
    if invitation is None:
        return False
    invitation.mailed_at = now()
    invitation.save(update_fields=["mailed_at"])
    invitation_mail(invitation).send()
    return True


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, actor: Actor) -> Invitation:
    """The link of an open invitation no longer works."""
    organisation_id = Invitation.objects.values_list("organisation_id", flat=True).get(pk=invitation_id)
    organisation = _locked(organisation_id)
    require(actor, "accounts.manage_members", organisation=organisation)
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.accepted_at or invitation.withdrawn_at:
        raise IllegalMove(_("This invitation has already been used or withdrawn. The list shows what is open now."))
    _withdraw(invitation, organisation, actor)
    return invitation


@transaction.atomic
def withdraw_invitations(organisation: Organisation, *, actor: Actor) -> int:
    """The links of a participant whose account closes no longer work. The caller holds its row and has the right."""
    waiting = list(organisation.invitations.open().order_by("pk").select_for_update(of=("self",)))
    for invitation in waiting:
        _withdraw(invitation, organisation, actor)
    return len(waiting)


@transaction.atomic
def accept_invitation(*, token: str, actor: Actor) -> Membership:
    """The invited person, signed in with that confirmed address, becomes a member; once."""
    person = require_person(actor)
    found = Invitation.objects.get(token_hash=tokens.hash_of(token))
    organisation = _locked(found.organisation_id)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    member = Membership.objects.current().filter(organisation=organisation, user=person).first()
    if member:
        return member
    _refuse_unusable(invitation, organisation, person)
    member = _join(person, organisation, invitation.roles)
    invitation.accepted_at = now()
    invitation.save(update_fields=["accepted_at"])
    data = {"member": actor.label, "roles": member.roles}
    record("member.join", subject=organisation, actor=actor, data=data, rows=[member, invitation])
    notify(
        "member.joined",
        users=[invitation.invited_by],
        context={
            "person": str(person),
            "organisation_vi": organisation.name_vi,
            "organisation_en": organisation.name_en,
        },
        subject_url=member.get_absolute_url(),
    )
    return member


@transaction.atomic
def change_roles(*, membership_id: int, roles: Iterable[str], actor: Actor) -> Membership:
    """A member holds exactly these roles from now on; the organisation keeps an owner."""
    organisation = _locked(Membership.objects.values_list("organisation_id", flat=True).get(pk=membership_id))
    require(actor, "accounts.manage_members", organisation=organisation)
    _refuse_for_person(organisation)
    member = _current(membership_id)
    wanted = in_order(roles)
    if MemberRole.OWNER not in wanted:
        _keep_an_owner(member)
    if wanted == member.roles:
        return member
    before, member.roles = member.roles, wanted
    member.save(update_fields=["roles"])
    data = {"member": f"user:{member.user_id}", "from": before, "to": wanted}
    record("member.change_roles", subject=organisation, actor=actor, data=data, rows=[member])
    return member


@transaction.atomic
def end_membership(*, membership_id: int, actor: Actor) -> Membership:
    """An owner ends somebody's membership; the records of what the person did stay."""
    organisation = _locked(Membership.objects.values_list("organisation_id", flat=True).get(pk=membership_id))
    require(actor, "accounts.manage_members", organisation=organisation)
    member = _end(_current(membership_id), organisation, "member.end", actor)
    context = {"organisation_vi": organisation.name_vi, "organisation_en": organisation.name_en}
    notify("member.ended", users=[member.user], context=context)
    return member


@transaction.atomic
def leave_organisation(*, organisation_id: int, actor: Actor) -> Membership:
    """The acting member leaves the organisation; the last owner cannot."""
    organisation = _locked(organisation_id)
    require(actor, "accounts.leave_organisation", organisation=organisation)
    member = Membership.objects.current().filter(organisation=organisation, user=actor.user).first()
    if member is None:
        raise IllegalMove(_("You are no longer a member of this organisation."))
    return _end(member, organisation, "member.leave", actor)


def require_person(actor: Actor) -> User:
    """The signed-in person who may belong to a participant; staff of the exchange may not (R10)."""
    if actor.user is None or not actor.user.is_active:
        raise PermissionDenied("accounts.join_organisation")
    if actor.is_staff:
        raise _staff_is_no_member()
    return actor.user


def in_order(roles: Iterable[str]) -> list[str]:
    """Roles without repetition, in the order of the list; at least one."""
    chosen = set(roles)
    if not chosen or not chosen <= set(MemberRole.values):
        raise DomainError(
            _("Choose at least one role."), code="role_missing", fields={"roles": _("Choose at least one role.")}
        )
    return [role for role in MemberRole.values if role in chosen]


def _staff_is_no_member() -> DomainError:
    words = _(
        "Staff of the exchange cannot belong to a participant. Use another account, or ask the administrator to end "
        "your appointment first."
    )
    return DomainError(words, code="staff_is_no_member")


def _locked(organisation_id: int) -> Organisation:
    return Organisation.objects.locked().get(pk=organisation_id)


def _found(kind: str, values: dict, founder: User, actor: Actor) -> Organisation:
    organisation = Organisation.objects.create(kind=kind, **values)
    member = _join(founder, organisation, list(MemberRole.values))
    data = {"kind": kind, "state": organisation.state}
    record("participant.apply", subject=organisation, actor=actor, data=data, rows=[member])
    return organisation


def _join(person: User, organisation: Organisation, roles: list[str]) -> Membership:
    """A new membership; the person's row is locked so that no staff appointment slips in beside it (R10)."""
    User.objects.select_for_update().get(pk=person.pk)
    if StaffAppointment.objects.filter(user=person, ended_at__isnull=True).exists():
        raise _staff_is_no_member()
    return Membership.objects.create(user=person, organisation=organisation, roles=roles)


def _withdraw(invitation: Invitation, organisation: Organisation, actor: Actor) -> None:
    invitation.withdrawn_at = now()
    invitation.save(update_fields=["withdrawn_at"])
    data = {"roles": invitation.roles}
    record("member.withdraw_invitation", subject=organisation, actor=actor, data=data, rows=[invitation])


def _already_founded(values: dict, founder: User, error: IntegrityError) -> Organisation:
    """A second press of the same button finds the first result; for anybody else the number is taken."""
    for name in ("tax_code", "agency_code", "personal_id_hash"):
        mine = holders(name, values[name]).of_member(founder).first() if values.get(name) else None
        if mine:
            return mine
    refuse_taken(values)
    raise error


def _refuse_for_person(organisation: Organisation) -> None:
    if organisation.is_person:
        raise DomainError(
            _("A natural person acts for themselves and has no members. Register an organisation to work together."),
            code="person_has_no_members",
        )


def _refuse_closed(organisation: Organisation) -> None:
    """The people of a closed account wind up what still runs; nobody new joins them."""
    if organisation.state == ParticipantState.CLOSED:
        raise DomainError(
            _("This trading account is closed for good. Nobody new can join it."), code="participant_closed"
        )


def _refuse_second_invitation(organisation: Organisation, address: str) -> None:
    """Nobody is invited twice, and nobody's mailbox is flooded."""
    if Membership.objects.current().filter(organisation=organisation, user__email=address).exists():
        words = _("This person is a member already. Change their roles in the list.")
        raise DomainError(words, code="already_member", fields={"email": words})
    waiting = organisation.invitations.open()
    if waiting.filter(email=address).exists():
        words = _("An invitation to this address is open already. Withdraw it first if you want to send another.")
        raise DomainError(words, code="already_invited", fields={"email": words})
    if waiting.count() >= MOST_OPEN_INVITATIONS:
        words = _("Too many invitations are open. Withdraw some of them, or wait until they are answered.")
        raise DomainError(words, code="too_many_invitations")


def _refuse_unusable(invitation: Invitation, organisation: Organisation, person: User) -> None:
    """A link works once, in time, for the person it was sent to, while the organisation takes part."""
    if invitation.accepted_at:
        raise DomainError(
            _("This invitation has been used. If it was not by you, tell an owner of the organisation."),
            code="invitation_used",
        )
    if invitation.withdrawn_at or organisation.state == ParticipantState.CLOSED:
        raise DomainError(
            _("This invitation was withdrawn. Ask an owner of the organisation for a new one."),
            code="invitation_withdrawn",
        )
    if invitation.expires_at <= now():
        raise DomainError(
            _("This invitation has expired. Ask an owner of the organisation for a new one."),
            code="invitation_expired",
        )
    if not has_confirmed_address(person, invitation.email):
        raise DomainError(
            _("This invitation was sent to another e-mail address. Sign in with the account of that address."),
            code="invitation_for_another_address",
        )


def _current(membership_id: int) -> Membership:
    member = Membership.objects.select_for_update().get(pk=membership_id)
    if member.ended_at:
        raise IllegalMove(_("This person is no longer a member. The list shows who is one now."))
    return member


def _keep_an_owner(member: Membership) -> None:
    """An organisation without an owner could never change anything again."""
    if is_last_owner(member):
        raise DomainError(
            _("The last owner cannot leave or lose this role. Name another owner first."), code="last_owner"
        )


def _end(member: Membership, organisation: Organisation, kind: str, actor: Actor) -> Membership:
    _keep_an_owner(member)
    member.ended_at = now()
    member.save(update_fields=["ended_at"])
    data = {"member": f"user:{member.user_id}", "roles": member.roles}
    record(kind, subject=organisation, actor=actor, data=data, rows=[member])
    return member
