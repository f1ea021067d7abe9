"""Messages to the stewards of an asset."""

from typing import Any

from django.urls import reverse

from accounts.membership.selectors import members_of
from accounts.organisations.models import MemberRole, Organisation
from accounts.users.models import User
from catalog.assets.models import Revision
from exchange.notifications.services import notify


def stewards_of(revision: Revision, sender_id: int | None = None) -> list[User]:
    """Stewards of the owner, and the member who sent the case."""
    members = list(members_of(revision.asset.owner))
    return [member.user for member in members if MemberRole.STEWARD in member.roles or member.user_id == sender_id]


def tell_stewards(kind: str, owner: Organisation, **context: Any) -> None:
    """A message to every steward of an organisation, leading to its list of assets."""
    users = [member.user for member in members_of(owner) if MemberRole.STEWARD in member.roles]
    notify(kind, users=users, context=context, subject_url=reverse("catalog:register"))


def tell_sharer(kind: str, owner: Organisation, revision: Revision, *, seller: Organisation) -> None:
    """A message to an owner who shares in the revenue of an asset it did not register, leading to its earnings."""
    told = {MemberRole.OWNER, MemberRole.FINANCE}
    users = [member.user for member in members_of(owner) if told & set(member.roles)]
    names = {"number": revision.asset.number, "title_vi": revision.title_vi, "title_en": revision.title_en}
    names |= {"seller_vi": seller.name_vi, "seller_en": seller.name_en}
    notify(kind, users=users, context=names, subject_url="/earnings/")


def tell(kind: str, revision: Revision, *, sender_id: int | None = None, **context: Any) -> None:
    """A message about an asset, with its title in both languages, leading to the asset's page."""
    number = revision.asset.number
    names = {"number": number, "title_vi": revision.title_vi, "title_en": revision.title_en}
    address = reverse("catalog:register-detail", kwargs={"number": number})
    notify(kind, users=stewards_of(revision, sender_id), context=names | context, subject_url=address)
