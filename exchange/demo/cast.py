"""Who plays in the demonstration: organisations at every stage, a login for each role. All are illustrations."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from django.test.utils import override_settings

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.selectors import actor_for
from accounts.access.services import appoint_first_administrator, appoint_staff
from accounts.membership import tokens
from accounts.membership.services import accept_invitation, change_roles, create_organisation, invite_member
from accounts.organisations.models import STATE_KINDS, Membership, Organisation
from accounts.users.models import User
from accounts.verification.papers import kinds_for
from accounts.verification.selectors import current_service_contract
from accounts.verification.services.contracts import accept_service_contract
from accounts.verification.services.decisions import return_case, take_case, verify_case
from accounts.verification.services.filing import add_evidence, open_case, submit_case
from accounts.verification.services.standing import suspend_participant
from exchange.common.clock import today
from exchange.demo.papers import paper

DOMAIN = "demo.example"
WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


@cache
def script() -> dict[str, list[dict[str, Any]]]:
    """Organisations, members and staff as written in people.json."""
    return json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))


def address(login: str) -> str:
    """E-mail address of a login; the domain is reserved for examples (RFC 2606)."""
    return f"{login}@{DOMAIN}"


def tax_code(prefix: str) -> str:
    """A tax code from nine digits, with its check digit (domain/identifiers 2.1)."""
    return f"{prefix}{10 - sum(w * int(d) for w, d in zip(WEIGHTS, prefix, strict=True)) % 11}"


@dataclass
class Cast:
    """People and organisations by their short names."""

    people: dict[str, User]
    organisations: dict[str, Organisation]

    def member(self, key: str, role: str) -> Actor:
        """Somebody of an organisation who holds a role, acting for it."""
        organisation = self.organisations[key]
        found = Membership.objects.filter(organisation=organisation, roles__contains=[role], ended_at__isnull=True)
        return actor_for(found.select_related("user").order_by("pk")[0].user, organisation.pk)

    def staff(self, role: str, number: int = 0) -> Actor:
        """Somebody who holds a staff role."""
        return actor_for(StaffAppointment.objects.filter(role=role).select_related("user").order_by("pk")[number].user)


class QuickHasher(PBKDF2PasswordHasher):
    """One round: good for the minute of loading, in which nobody can sign in yet."""

    algorithm = "pbkdf2_loading"
    iterations = 1


@contextmanager
def quick_passwords() -> Iterator[None]:
    """People and signatures are made with a quick hash; at the end all get one made as for any other user.

    Forty slow hashes of the one password of the demonstration would take a third of the first start.
    """
    with override_settings(PASSWORD_HASHERS=[f"{__name__}.QuickHasher"]):
        yield
    logins = [address(row["login"]) for row in [*script()["members"], *script()["staff"]]]
    User.objects.filter(email__in=logins).update(password=make_password(settings.DEMO_PASSWORD))


def engage() -> Cast:
    """Make people, staff and organisations through the same use cases people use."""
    people = {row["login"]: _person(row) for row in [*script()["members"], *script()["staff"]]}
    _appoint(people)
    cast = Cast(people, {})
    for row in script()["organisations"]:
        cast.organisations[row["key"]] = _found(row, people)
        _bring_to_stage(row, cast)
    return cast


def _person(row: dict[str, Any]) -> User:
    user = User.objects.create_user(address(row["login"]), settings.DEMO_PASSWORD, full_name=row["name"])
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _appoint(people: dict[str, User]) -> None:
    """The first administrator is appointed by the operator, as at the founding; the administrator names the rest."""
    rows = script()["staff"]
    first = next(row for row in rows if row["role"] == StaffRole.ADMINISTRATOR)
    administrator = people[first["login"]]
    appoint_first_administrator(email=administrator.email, actor=Actor.system("installation"))
    for row in rows:
        if row is not first:
            appoint_staff(user_id=people[row["login"]].pk, role=row["role"], actor=actor_for(administrator))


def _found(row: dict[str, Any], people: dict[str, User]) -> Organisation:
    members = [member for member in script()["members"] if member["organisation"] == row["key"]]
    founder = next(member for member in members if member.get("founder"))
    details = {name: row[name] for name in row if name not in ("key", "kind", "stage", "tax")}
    details |= {
        "tax_code": tax_code(row["tax"]) if "tax" in row else "",
        "agency_code": row.get("agency_code", ""),
        "is_foreign": False,
        "representative_name": "Người đại diện theo pháp luật (minh họa)",
        "representative_title": "Thủ trưởng đơn vị",
        "public_mailbox": f"dulieu@{row['key']}.{DOMAIN}",
        "bank_holder": row["name_vi"],
        "budget_account": row["kind"] in STATE_KINDS,
    }
    organisation = create_organisation(kind=row["kind"], details=details, actor=Actor(user=people[founder["login"]]))
    owner = actor_for(people[founder["login"]], organisation.pk)
    for member in members:
        if member is not founder:
            _join(organisation, member, people[member["login"]], owner)
    if len(members) > 1:
        membership = Membership.objects.get(user=owner.user, organisation=organisation)
        change_roles(membership_id=membership.pk, roles=founder["roles"], actor=owner)
    return organisation


def _join(organisation: Organisation, member: dict[str, Any], person: User, owner: Actor) -> None:
    invitation = invite_member(organisation_id=organisation.pk, email=person.email, roles=member["roles"], actor=owner)
    token = tokens.token_for(organisation.pk, invitation.email, invitation.made_at)
    accept_invitation(token=token, actor=Actor(user=person))


def _bring_to_stage(row: dict[str, Any], cast: Cast) -> None:
    organisation, stage = cast.organisations[row["key"]], row["stage"]
    owner, reviewer = cast.member(row["key"], "owner"), cast.staff(StaffRole.REVIEWER)
    case = open_case(organisation_id=organisation.pk, actor=owner)
    for code, label in kinds_for(organisation.kind)[:2]:
        add_evidence(case_id=case.pk, kind=code, upload=paper(f"{label}: {organisation.name_vi}"), actor=owner)
    case.refresh_from_db()
    if stage == "draft":
        return
    _accept_service_contract(organisation, owner)
    case = submit_case(case_id=case.pk, version=case.version, actor=owner)
    if stage == "submitted":
        return
    case = take_case(case_id=case.pk, version=case.version, actor=reviewer)
    if stage == "returned":
        text = "Giấy tờ đại diện thiếu trang 2. Đề nghị tải lại bản đủ trang."
        return_case(
            case_id=case.pk,
            version=case.version,
            reason_code="unreadable_document",
            text=text,
            fields=["papers"],
            actor=reviewer,
        )
    if stage in ("active", "suspended"):
        verify_case(case_id=case.pk, version=case.version, actor=reviewer)
    if stage == "suspended":
        _suspend(organisation, reviewer)


def _accept_service_contract(organisation: Organisation, owner: Actor) -> None:
    contract = current_service_contract(today())
    assert contract is not None  # noqa: S101 - loaded with the reference data
    accept_service_contract(
        organisation_id=organisation.pk, digest=contract.digest, password=settings.DEMO_PASSWORD, actor=owner
    )


def _suspend(organisation: Organisation, reviewer: Actor) -> None:
    organisation.refresh_from_db()
    suspend_participant(
        organisation_id=organisation.pk,
        version=organisation.version,
        reason_code="violation",
        text="Chào mua dữ liệu cá nhân; tạm ngừng để xem xét (minh họa).",
        actor=reviewer,
    )
