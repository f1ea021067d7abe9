"""The end of a verification, announced in time; what a reviewer saw of an e-identity."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole, Organisation
from accounts.verification import jobs, services
from accounts.verification.selectors import ends_soon, may_trade
from exchange.common.clock import today
from exchange.common.errors import DomainError, Stale
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import (
    MembershipFactory,
    OrganisationFactory,
    StaffAppointmentFactory,
    VerificationCaseFactory,
    actor_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    organisation = OrganisationFactory(
        name_vi="Công ty A", active=True, with_bank=True, representative_name="Người đại diện 01"
    )
    return MembershipFactory(organisation=organisation, roles=[MemberRole.OWNER])


@pytest.fixture
def reviewer():
    return actor_of(StaffAppointmentFactory(role=StaffRole.REVIEWER))


def ends_in(owner, days: int) -> None:
    Organisation.objects.filter(pk=owner.organisation_id).update(verified_until=today() + dt.timedelta(days=days))


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def test_owners_are_told_thirty_seven_and_one_day_before_and_after_the_end_once_each(owner):
    expected = []
    for days in (31, 30, 29, 7, 2, 1, 0, -1, -2):
        ends_in(owner, days)
        jobs.expiry()
        jobs.expiry()
        if days in (30, 7, 1):
            expected.append("participant.expiring")
        if days == -1:
            expected.append("participant.expired")
        assert kinds() == expected

    assert may_trade(Organisation.objects.get(), today())[0].rule == "R8"


def test_late_clock_sends_one_warning_not_all_that_were_missed(owner):
    ends_in(owner, 5)

    jobs.expiry()

    assert kinds() == ["participant.expiring"]
    assert Organisation.objects.get().expiry_warnings == 2


def test_a_new_verification_begins_the_warnings_anew(owner, reviewer):
    ends_in(owner, 1)
    jobs.expiry()
    case = VerificationCaseFactory(organisation=owner.organisation, in_review=True, ready=True)

    services.verify_case(case_id=case.pk, version=case.version, actor=reviewer)

    organisation = Organisation.objects.get()
    assert organisation.expiry_warnings == 0
    assert not ends_soon(organisation, today())


@pytest.mark.parametrize("state", ["suspended", "closed", "applicant"])
def test_nobody_is_warned_who_does_not_trade(owner, state):
    ends_in(owner, 1)
    Organisation.objects.update(state=state)

    jobs.expiry()

    assert kinds() == []


def test_page_says_before_the_end_what_to_do(owner, client):
    client.force_login(owner.user)
    ends_in(owner, 10)
    assert "sắp hết hạn" in client.get(reverse("accounts:organisation")).content.decode()

    ends_in(owner, 100)
    assert "sắp hết hạn" not in client.get(reverse("accounts:organisation")).content.decode()


# e-identity


def note(owner, actor, **fields) -> Organisation:
    fields = {"level": 2, "checked_on": today(), "is_linked": True, "version": 1} | fields
    return services.record_identity(organisation_id=owner.organisation_id, actor=actor, **fields)


def test_reviewer_notes_what_was_seen(owner, reviewer):
    organisation = note(owner, reviewer)

    organisation.refresh_from_db()
    assert (organisation.eid_level, organisation.eid_checked_on, organisation.eid_linked) == (2, today(), True)
    assert (organisation.version, organisation.is_identified) == (2, True)
    assert Entry.objects.get().kind == "participant.identify"


def test_identity_is_not_noted_without_day_by_strangers_or_from_a_stale_page(owner, reviewer):
    supervisor = actor_of(StaffAppointmentFactory(role=StaffRole.SUPERVISOR))
    tomorrow = today() + dt.timedelta(days=1)
    for actor, fields, error in (
        (supervisor, {}, PermissionDenied),
        (actor_of(owner), {}, PermissionDenied),
        (reviewer, {"checked_on": None}, DomainError),
        (reviewer, {"checked_on": tomorrow}, DomainError),
        (reviewer, {"version": 7}, Stale),
    ):
        with pytest.raises(error):
            note(owner, actor, **fields)

    assert not Entry.objects.exists()
    assert Organisation.objects.get().eid_level == 0


def test_another_representative_was_not_identified(owner, reviewer):
    Organisation.objects.update(state="applicant", verified_at=None)
    organisation = note(owner, reviewer)

    services.save_details(
        organisation_id=organisation.pk,
        version=organisation.version,
        details={"representative_name": "Lê Văn C"},
        actor=actor_of(owner),
    )

    organisation.refresh_from_db()
    assert (organisation.eid_level, organisation.eid_checked_on, organisation.eid_linked) == (0, None, True)


def test_console_notes_it(owner, client, reviewer):
    client.force_login(reviewer.user)
    url = reverse("admin:accounts_organisation_do", args=[owner.organisation_id, "identity"])

    data = {"version": 1, "level": "1", "checked_on": f"{today():%d/%m/%Y}", "is_linked": "on"}
    answer = client.post(url, {f"identity-{name}": value for name, value in data.items()})

    assert answer.status_code == 302, answer.content.decode()[:2000]
    organisation = Organisation.objects.get()
    assert (organisation.eid_level, organisation.eid_checked_on, organisation.eid_linked) == (1, today(), True)
