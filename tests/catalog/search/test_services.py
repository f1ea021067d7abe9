"""The catalogue mirrors what is registered and offered."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from accounts.access.actor import Actor
from catalog.classification.models import Access
from catalog.datasets.models import OpenRelease
from catalog.offers.models import Audience, ListingGroupObjectPermission, group_name
from catalog.offers.states import ListingState
from catalog.search import services
from catalog.search.models import CatalogueEntry
from exchange.jobs.services import enqueue
from exchange.jobs.testing import run_jobs
from tests.factories.accounts import MembershipFactory, OrganisationFactory, StaffAppointmentFactory, actor_of
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db


def entry_of(revision) -> CatalogueEntry:
    return services.refresh_entry(asset_id=revision.asset_id)


def test_registered_asset_without_offer_is_shown_as_registered_only():
    revision = RevisionFactory(registered=True, province_id="91")
    revision.quality.measured = {"score": 94, "complete": {"value": 97}, "clean": {"value": 90}}
    revision.quality.save()

    entry = entry_of(revision)

    assert (entry.number, entry.certificate) == (revision.asset.number, revision.certificate_number)
    assert (entry.price_kind, entry.listing) == ("", None)
    assert (entry.theme, entry.frequency, entry.formats, entry.province) == ("agriculture", "yearly", ["CSV"], "91")
    assert (entry.quality, entry.row_count, entry.is_public) == (94, 2, True)
    assert entry.sort_title.startswith("san luong lua")
    assert {"ma", "tinh", "nam", "san", "luong", "an", "giang", "nong", "nghiep"} <= set(entry.body.split())


def test_offer_on_the_market_brings_its_price():
    listing = ListingFactory(listed=True, priced=True)

    entry = entry_of(listing.revision)

    assert (entry.listing, entry.price_kind, entry.price) == (listing, "one_off", 2_000_000)
    assert entry.updated_at == max(listing.listed_at, listing.revision.decided_at)


def test_refreshing_again_keeps_one_entry_and_follows_the_record():
    revision = RevisionFactory(registered=True)
    first = entry_of(revision)
    revision.title_vi = "Tên mới"
    revision.save()

    second = entry_of(revision)

    assert second.pk == first.pk
    assert CatalogueEntry.objects.get().title_vi == "Tên mới"


def test_asset_that_is_no_longer_registered_leaves_the_catalogue():
    revision = RevisionFactory(registered=True)
    entry_of(revision)
    revision.asset.live = None
    revision.asset.save()

    assert entry_of(revision) is None
    assert not CatalogueEntry.objects.exists()


def test_suspended_offer_is_gone_but_the_registration_stays():
    listing = ListingFactory(listed=True, priced=True)
    listing.state = ListingState.SUSPENDED
    listing.save()

    entry = entry_of(listing.revision)

    assert (entry.listing, entry.price_kind, entry.price, entry.is_public) == (None, "", 0, True)


@pytest.mark.parametrize("state", [ListingState.LISTED, ListingState.SUSPENDED])
def test_offer_for_named_organisations_is_found_by_those_alone(state):
    listing = ListingFactory(listed=True, free=True, audience=Audience.NAMED)
    listing.state = state
    listing.save()
    owner, named, other = (
        actor_of(MembershipFactory(organisation=organisation))
        for organisation in (listing.revision.asset.owner, OrganisationFactory(), OrganisationFactory())
    )
    group = Group.objects.create(name=group_name(named.organisation))
    ListingGroupObjectPermission.objects.assign_perm("see_listing", group, obj=listing)

    entry_of(listing.revision)

    def seen(actor):
        return CatalogueEntry.objects.visible_to(actor).count()

    assert [seen(actor) for actor in (owner, actor_of(StaffAppointmentFactory()), other, Actor())] == [1, 1, 0, 0]
    assert seen(named) == (1 if state == ListingState.LISTED else 0)


def test_data_classed_for_named_organisations_is_not_public_before_it_is_offered():
    revision = RevisionFactory(registered=True)
    revision.classification.access = Access.NAMED
    revision.classification.save()

    assert not entry_of(revision).is_public


def test_job_and_full_refresh_write_the_same_entry():
    revision = RevisionFactory(registered=True)
    gone = RevisionFactory(registered=True)
    entry_of(gone)
    gone.asset.live = None
    gone.asset.save()

    enqueue("catalog.search.refresh_entry", asset_id=revision.asset_id)
    run_jobs()
    before = CatalogueEntry.objects.filter(asset=revision.asset).values().get()
    assert services.refresh_all() == 1

    assert list(CatalogueEntry.objects.values()) == [before]


def test_releases_are_counted_by_day_without_a_person():
    file = RevisionFactory(registered=True).files.get()

    for day in (21, 21, 22):
        services.count_release(file=file, day=dt.date(2026, 11, day))

    assert list(OpenRelease.objects.order_by("day").values_list("day__day", "count")) == [(21, 2), (22, 1)]
    assert {field.name for field in OpenRelease._meta.fields} == {"id", "file", "day", "count"}
