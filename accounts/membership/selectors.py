"""Reads for the pages of an organisation's people."""

from allauth.account.models import EmailAddress
from django.db.models import QuerySet

from accounts.membership import tokens
from accounts.organisations.models import Invitation, MemberRole, Membership, Organisation
from accounts.users.models import User


def has_confirmed_address(user: User, address: str) -> bool:
    """Whether the person has proved to read the mail of this address."""
    return EmailAddress.objects.filter(user=user, email__iexact=address, verified=True).exists()


def members_of(organisation: Organisation) -> QuerySet[Membership]:
    """Current members with their names, the first ones first."""
    return Membership.objects.current().filter(organisation=organisation).select_related("user").order_by("pk")


def owners_of(organisation: Organisation) -> list[User]:
    """The people to tell when something about the organisation happens."""
    return [m.user for m in Membership.objects.owners().filter(organisation=organisation).select_related("user")]


def is_last_owner(member: Membership) -> bool:
    """Whether the organisation would be without an owner if this member left or lost the role."""
    others = Membership.objects.owners().filter(organisation_id=member.organisation_id).exclude(pk=member.pk)
    return MemberRole.OWNER in member.roles and not others.exists()


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Invitations that wait for an answer."""
    return Invitation.objects.open().filter(organisation=organisation).select_related("invited_by")


def invitation_of(token: str) -> Invitation | None:
    """The invitation a link belongs to."""
    return Invitation.objects.select_related("organisation").filter(token_hash=tokens.hash_of(token)).first()
