"""Offers follow their seller's standing: off the market at once, back with it, gone when the account is closed."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole, Organisation, ParticipantState
from accounts.verification.services import close_participant, restore_participant, suspend_participant
from catalog.offers import jobs
from catalog.offers.models import Listing
from catalog.offers.selectors import sellers_out_of_step
from catalog.offers.services import follow_standing, restore, resume, suspend
from catalog.offers.states import ListingState
from catalog.search.services import refresh_entry
from exchange.codes.selectors import label
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory, actor_of
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
NOBODY = Actor()
REASON = {"reason_code": "violation", "text": "Có dấu hiệu vi phạm, chờ làm rõ."}


@pytest.fixture
def reviewer() -> Actor:
    return actor_of(StaffAppointmentFactory(role=StaffRole.REVIEWER))


@pytest.fixture
def listed() -> Listing:
    return ListingFactory(listed=True)


@pytest.fixture
def seller(listed) -> Organisation:
    return listed.revision.asset.owner


def queued(name: str) -> list[dict]:
    return list(ProcrastinateJob.objects.filter(task_name=name).order_by("pk").values_list("args", flat=True))


def suspended(seller: Organisation, reviewer: Actor) -> Organisation:
    return suspend_participant(organisation_id=seller.pk, version=seller.version, actor=reviewer, **REASON)


def state_of(listing: Listing) -> tuple[str, str]:
    listing.refresh_from_db()
    return listing.state, listing.reason_code


def test_suspended_seller_is_off_the_market_before_any_job_runs(listed, seller, reviewer):
    assert list(Listing.objects.on_market(NOBODY)) == [listed]

    suspended(seller, reviewer)

    assert not Listing.objects.on_market(NOBODY).exists()
    assert queued("catalog.offers.follow_standing") == [{"organisation_id": seller.pk}]


def test_offers_are_suspended_by_the_exchange_and_leave_the_catalogue(listed, seller, reviewer):
    refresh_entry(asset_id=listed.revision.asset_id)
    steward = MembershipFactory(organisation=seller, roles=[MemberRole.STEWARD])
    suspended(seller, reviewer)

    jobs.follow_standing(seller.pk)

    assert state_of(listed) == (ListingState.SUSPENDED, "seller_standing")
    assert "tạm ngừng" in label("reason_listing", listed.reason_code)
    assert Entry.objects.filter(kind="listing.suspend").count() == 1
    assert Message.objects.filter(kind="offers.suspend", recipient=steward.user).get().context == {"count": 1}
    assert queued("catalog.search.refresh_entry") == [{"asset_id": listed.revision.asset_id}]
    entry = refresh_entry(asset_id=listed.revision.asset_id)
    assert (entry.listing, entry.price_kind) == (None, "")


def test_offers_come_back_when_the_seller_is_restored(listed, seller, reviewer):
    seller = suspended(seller, reviewer)
    jobs.follow_standing(seller.pk)

    restore_participant(organisation_id=seller.pk, version=seller.version, text="Đã làm rõ.", actor=reviewer)
    jobs.follow_standing(seller.pk)
    jobs.follow_standing(seller.pk)

    assert state_of(listed) == (ListingState.LISTED, "")
    assert Entry.objects.filter(kind="listing.restore").count() == 1
    assert list(Listing.objects.on_market(NOBODY)) == [listed]


def test_what_a_reviewer_suspended_stays_suspended(listed, seller, reviewer):
    suspend(listing_id=listed.pk, reason_code="complaint", reason_text="Có phản ánh.", actor=reviewer)
    seller = suspended(seller, reviewer)
    jobs.follow_standing(seller.pk)
    restore_participant(organisation_id=seller.pk, version=seller.version, text="Đã làm rõ.", actor=reviewer)

    jobs.follow_standing(seller.pk)

    assert state_of(listed) == (ListingState.SUSPENDED, "complaint")


def test_paused_offer_cannot_be_resumed_by_a_suspended_seller(seller, listed, reviewer):
    Listing.objects.filter(pk=listed.pk).update(state=ListingState.SUSPENDED_BY_SELLER)
    steward = actor_of(MembershipFactory(organisation=seller, roles=[MemberRole.STEWARD]))
    suspended(seller, reviewer)
    jobs.follow_standing(seller.pk)

    with pytest.raises(DomainError) as refused:
        resume(listing_id=listed.pk, actor=steward)

    assert refused.value.code == "seller_not_active"
    assert state_of(listed)[0] == ListingState.SUSPENDED_BY_SELLER


def test_reviewer_does_not_restore_over_a_suspended_seller_or_a_replaced_revision(listed, seller, reviewer):
    suspend(listing_id=listed.pk, reason_code="complaint", reason_text="Có phản ánh.", actor=reviewer)
    seller = suspended(seller, reviewer)

    with pytest.raises(DomainError) as refused:
        restore(listing_id=listed.pk, reason_text="Đã làm rõ.", actor=reviewer)
    assert refused.value.code == "seller_not_active"

    restore_participant(organisation_id=seller.pk, version=seller.version, text="Đã làm rõ.", actor=reviewer)
    type(listed.revision).objects.filter(pk=listed.revision_id).update(state="superseded")
    with pytest.raises(DomainError) as refused:
        restore(listing_id=listed.pk, reason_text="Đã làm rõ.", actor=reviewer)
    assert refused.value.code == "revision_replaced"
    assert state_of(listed)[0] == ListingState.SUSPENDED


def test_closed_account_ends_its_offers_for_good(listed, seller, reviewer):
    paused = ListingFactory(revision=RevisionFactory(asset__owner=seller, registered=True), listed=True)
    Listing.objects.filter(pk=paused.pk).update(state=ListingState.SUSPENDED_BY_SELLER)
    close_participant(organisation_id=seller.pk, version=seller.version, actor=reviewer, **REASON)

    jobs.follow_standing(seller.pk)

    assert state_of(listed) == (ListingState.DELISTED, "seller_standing")
    assert state_of(paused) == (ListingState.DELISTED, "seller_standing")


def test_ended_verification_takes_offers_off_and_a_new_one_brings_them_back(listed, seller):
    Organisation.objects.filter(pk=seller.pk).update(verified_until=today() - dt.timedelta(days=1))
    other = ListingFactory(listed=True)
    assert sellers_out_of_step(today()) == [seller.pk]
    assert list(Listing.objects.on_market(NOBODY)) == [other]

    jobs.clocks()
    assert state_of(listed) == (ListingState.SUSPENDED, "seller_standing")
    assert sellers_out_of_step(today()) == []

    Organisation.objects.filter(pk=seller.pk).update(verified_until=today() + dt.timedelta(days=365))
    jobs.clocks()
    assert state_of(listed) == (ListingState.LISTED, "")
    assert state_of(other) == (ListingState.LISTED, "")


def test_only_the_clock_may_follow_and_a_sound_seller_keeps_its_offers(listed, seller, reviewer):
    with pytest.raises(PermissionDenied):
        follow_standing(organisation_id=seller.pk, actor=reviewer)

    assert follow_standing(organisation_id=seller.pk, actor=Actor.system("standing")) == []
    assert state_of(listed)[0] == ListingState.LISTED
    assert seller.state == ParticipantState.ACTIVE
