"""People, participants, members and staff."""

import factory
from factory.django import DjangoModelFactory

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.selectors import actor_for
from accounts.organisations.models import MemberRole, Membership, Organisation, OrganisationKind, ParticipantState
from accounts.users.models import User
from exchange.codes.models import Province
from exchange.common import clock

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

    kind = OrganisationKind.ENTERPRISE
    name_vi = factory.Sequence(lambda n: f"Công ty {n}")
    name_en = factory.Sequence(lambda n: f"Company {n}")
    tax_code = factory.Sequence(tax_code)
    province = factory.LazyFunction(hanoi)
    address = "1 Đại lộ Thăng Long"
    representative_name = "Người đại diện"
    representative_title = "Giám đốc"


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


def actor_of(who: User | Membership | StaffAppointment) -> Actor:
    """The actor a person is at this moment; a membership says for which organisation."""
    if isinstance(who, Membership):
        return actor_for(who.user, who.organisation_id)
    return actor_for(who if isinstance(who, User) else who.user)
