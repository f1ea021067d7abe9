"""People, participants, members and staff."""

import factory
from factory.django import DjangoModelFactory

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.selectors import actor_for
from accounts.membership import tokens
from accounts.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    Organisation,
    OrganisationKind,
    ParticipantState,
)
from accounts.users.models import User
from accounts.verification.facts import required_papers
from accounts.verification.models import Evidence, ServiceContractAcceptance, VerificationCase
from accounts.verification.selectors import current_service_contract
from accounts.verification.states import CaseState
from exchange.codes.models import Province
from exchange.common import clock
from exchange.files.models import StoredFile

PASSWORD = "correct horse battery"


def hanoi() -> Province:
    """The province most examples lie in."""
    return Province.objects.get_or_create(
        code="01",
        defaults={"name_vi": "Hà Nội", "name_en": "Ha Noi", "h_code": "H26", "is_city": True, "sort_key": "ha noi"},
    )[0]


def tax_code(serial: int) -> str:
    """A tax code with the right check digit (Circular 86/2024); every number gives another one."""
    head = f"01{serial:07d}"
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    check = 10 - sum(int(digit) * weight for digit, weight in zip(head, weights, strict=True)) % 11
    return f"{head}{check}" if 0 <= check <= 9 else tax_code(serial + 5_000_000)


class UserFactory(DjangoModelFactory):
    """A person who can sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.vn")
    full_name = factory.Sequence(lambda n: f"Người dùng {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def confirmed(user, create, value, **fields):  # noqa: N805
        """The address is confirmed unless `confirmed=False`."""
        if create and value is not False:
            user.emailaddress_set.create(email=user.email, verified=True, primary=True)


class OrganisationFactory(DjangoModelFactory):
    """A participant; an enterprise that has only applied, unless a trait says more."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    class Params:
        enterprise = factory.Trait(kind=OrganisationKind.ENTERPRISE)
        agency = factory.Trait(
            kind=OrganisationKind.AGENCY,
            tax_code="",
            agency_code=factory.Sequence(lambda n: f"G{n % 90 + 10}.{n:04d}"),
            name_vi=factory.Sequence(lambda n: f"Cơ quan {n}"),
            name_en=factory.Sequence(lambda n: f"Agency {n}"),
        )
        active = factory.Trait(
            state=ParticipantState.ACTIVE,
            verified_at=factory.LazyFunction(clock.now),
            verified_until=factory.LazyFunction(lambda: clock.today().replace(year=clock.today().year + 3, day=1)),
        )

        with_bank = factory.Trait(
            bank_id="970436", bank_account="0011002233445", bank_holder=factory.SelfAttribute("name_vi")
        )

    kind = OrganisationKind.ENTERPRISE
    name_vi = factory.Sequence(lambda n: f"Công ty {n}")
    name_en = factory.Sequence(lambda n: f"Company {n}")
    tax_code = factory.Sequence(lambda n: tax_code(n + 1))  # number 0 is no tax code
    province = factory.LazyFunction(hanoi)
    address = "1 Đại lộ Thăng Long"
    representative_name = "Người đại diện"
    representative_title = "Giám đốc"

    @factory.post_generation
    def contracted(organisation, create, value, **fields):  # noqa: N805
        """With `contracted=True` the service contract in force is accepted."""
        if create and value:
            ServiceContractAcceptanceFactory(organisation=organisation)


class MembershipFactory(DjangoModelFactory):
    """A member with every role, unless `roles` names some."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organisation = factory.SubFactory(OrganisationFactory, active=True)
    roles = factory.LazyFunction(lambda: list(MemberRole.values))


class StaffAppointmentFactory(DjangoModelFactory):
    """A reviewer of the exchange, unless `role` names another."""

    class Meta:
        model = StaffAppointment

    user = factory.SubFactory(UserFactory, is_staff=True)
    role = StaffRole.REVIEWER


class InvitationFactory(DjangoModelFactory):
    """An open invitation; `token` is the secret part of its link."""

    class Meta:
        model = Invitation

    organisation = factory.SubFactory(OrganisationFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.vn")
    roles = factory.LazyFunction(lambda: [MemberRole.BUYER])
    invited_by = factory.SubFactory(UserFactory)
    made_at = factory.LazyFunction(clock.now)
    expires_at = factory.LazyAttribute(lambda o: o.made_at + tokens.LIFETIME)
    token_hash = factory.LazyAttribute(
        lambda o: tokens.hash_of(tokens.token_for(o.organisation.pk, o.email, o.made_at))
    )


def token_of(invitation: Invitation) -> str:
    """The secret part of an invitation's link, as the mail carries it."""
    return tokens.token_for(invitation.organisation_id, invitation.email, invitation.made_at)


class ServiceContractAcceptanceFactory(DjangoModelFactory):
    """Acceptance of the version in force."""

    class Meta:
        model = ServiceContractAcceptance

    organisation = factory.SubFactory(OrganisationFactory)
    contract = factory.LazyFunction(lambda: current_service_contract(clock.today()))
    digest = factory.LazyAttribute(lambda o: o.contract.digest)
    accepted_by = factory.SubFactory(UserFactory)


class VerificationCaseFactory(DjangoModelFactory):
    """A draft of an enterprise without papers; traits bring it further, `ready=True` meets every condition."""

    class Meta:
        model = VerificationCase
        skip_postgeneration_save = True

    class Params:
        submitted = factory.Trait(
            state=CaseState.SUBMITTED,
            submitted_by=factory.SelfAttribute("opened_by"),
            submitted_at=factory.LazyFunction(clock.now),
            due_on=factory.LazyFunction(clock.today),
        )
        in_review = factory.Trait(submitted=True, state=CaseState.IN_REVIEW, holder=factory.SubFactory(UserFactory))
        returned = factory.Trait(
            in_review=True,
            state=CaseState.RETURNED,
            reason_code="missing_document",
            reason_text="Thiếu trang 2.",
            reason_fields=factory.LazyFunction(lambda: ["papers"]),
        )
        decided = factory.Trait(
            in_review=True,
            due_on=None,
            decided_by=factory.SelfAttribute("holder"),
            decided_at=factory.LazyFunction(clock.now),
        )
        verified = factory.Trait(decided=True, state=CaseState.VERIFIED)
        rejected = factory.Trait(decided=True, state=CaseState.REJECTED, reason_code="not_eligible")
        lapsed = factory.Trait(returned=True, state=CaseState.LAPSED)

    number = factory.Sequence(lambda n: f"HS-2026-{n + 700_000:06d}")
    organisation = factory.SubFactory(OrganisationFactory, with_bank=True)
    opened_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def ready(case, create, value, **fields):  # noqa: N805
        """With `ready=True` the papers are on file and the service contract is accepted."""
        if create and value:
            for kind in required_papers(case.organisation.kind):
                EvidenceFactory(case=case, kind=kind, added_by=case.opened_by)
            ServiceContractAcceptanceFactory(organisation=case.organisation, accepted_by=case.opened_by)


class EvidenceFactory(DjangoModelFactory):
    """A paper of a case; its content is not on disk."""

    class Meta:
        model = Evidence

    case = factory.SubFactory(VerificationCaseFactory)
    kind = "other"
    added_by = factory.SubFactory(UserFactory)

    @factory.lazy_attribute_sequence
    def file(self, number: int) -> StoredFile:
        """A row of a stored PDF, each with a hash of its own."""
        return StoredFile.objects.create(
            purpose="evidence",
            name=f"giay-to-{number}.pdf",
            media_type="application/pdf",
            size=10,
            sha256=f"{number:064x}",
        )


def actor_of(who: User | Membership | StaffAppointment) -> Actor:
    """The actor a person is at this moment; a membership says for which organisation."""
    if isinstance(who, Membership):
        return actor_for(who.user, who.organisation_id)
    return actor_for(who if isinstance(who, User) else who.user)
