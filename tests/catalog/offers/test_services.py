"""Preparing an offer, its licence, its named organisations."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.access.actor import Actor
from catalog.classification.models import Access, Classification
from catalog.offers.models import Audience, Listing, PriceKind
from catalog.offers.selectors import terms, unanswered
from catalog.offers.services import create_listing, end_grant, grant, save_terms
from catalog.offers.states import ListingState
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory, OrganisationFactory, actor_of
from tests.factories.catalog import ListingFactory, RevisionFactory, licence

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered(owner):
    return RevisionFactory(asset__owner=owner, registered=True)


@pytest.fixture
def draft(registered, steward):
    return create_listing(revision_id=registered.pk, actor=steward)


def save(listing, actor, **data):
    listing.refresh_from_db()
    return save_terms(listing_id=listing.pk, version=listing.version, data=data, actor=actor)


def test_an_offer_begins_prefilled_and_only_once(registered, steward, owner):
    first = create_listing(revision_id=registered.pk, actor=steward)

    assert create_listing(revision_id=registered.pk, actor=steward) == first
    assert first.number.startswith("NY-")
    assert (first.attribution, first.territories, first.audience) == (owner.name_vi, ["VN"], Audience.PUBLIC)


def test_data_for_named_organisations_is_offered_to_them(registered, steward):
    Classification.objects.filter(revision=registered).update(access=Access.NAMED)

    assert create_listing(revision_id=registered.pk, actor=steward).audience == Audience.NAMED


def test_the_next_offer_of_an_asset_repeats_the_last_answers(registered, steward):
    ListingFactory(revision=registered, priced=True, state=ListingState.DELISTED)

    again = create_listing(revision_id=registered.pk, actor=steward)

    assert (again.price, again.state, again.content_hash) == (2_000_000, ListingState.DRAFT, "")


def test_a_retired_asset_is_not_offered(registered, steward):
    registered.state = "retired"
    registered.save()

    with pytest.raises(IllegalMove):
        create_listing(revision_id=registered.pk, actor=steward)


@pytest.mark.parametrize("who", ["stranger", "colleague", "reviewer"])
def test_only_the_owners_stewards_offer(who, request, registered, draft):
    actor = request.getfixturevalue(who)
    calls = (
        lambda: create_listing(revision_id=registered.pk, actor=actor),
        lambda: save(draft, actor, price=5),
        lambda: grant(listing_id=draft.pk, organisation=OrganisationFactory(active=True), actor=actor),
    )

    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert Listing.objects.get().price == 0


def test_a_stale_tab_changes_nothing(draft, steward):
    save(draft, steward, attribution="Mới")

    with pytest.raises(Stale):
        save_terms(listing_id=draft.pk, version=1, data={"attribution": "Cũ"}, actor=steward)

    draft.refresh_from_db()
    assert draft.attribution == "Mới"


def test_the_licence_answers_what_it_fixes(draft, steward):
    listing = save(draft, steward, price_kind="free", licence=licence("HD-00"))

    assert (listing.onward_transfer, listing.derivation, listing.term_months) == ("free", "free", None)
    assert len(listing.purposes) >= 10
    assert listing.territories == ["VN"]
    assert unanswered(listing) == []


def test_open_data_that_may_leave_is_open_to_the_world(draft, steward, registered):
    Classification.objects.filter(revision=registered).update(may_leave_vietnam=True)

    assert save(draft, steward, licence=licence("HD-00")).territories == ["WORLD"]


def test_an_answer_the_licence_does_not_admit_is_refused_with_its_field(draft, steward):
    save(draft, steward, licence=licence("HD-01"))

    with pytest.raises(DomainError) as refused:
        save(draft, steward, onward_transfer="consent")

    assert set(refused.value.fields) == {"onward_transfer"}


def test_changing_the_licence_asks_again_what_no_longer_fits(draft, steward):
    save(draft, steward, licence=licence("HD-02"), onward_transfer="consent")

    listing = save(draft, steward, licence=licence("HD-01"))

    assert (listing.onward_transfer, listing.derivation) == ("", "")
    assert {"onward_transfer", "derivation"} <= set(unanswered(listing))


def test_an_open_licence_and_a_price_exclude_each_other(draft, steward):
    save(draft, steward, price_kind="one_off", price=1_000, vat_treatment="VAT10")
    with pytest.raises(DomainError) as refused:
        save(draft, steward, licence=licence("HD-00"))
    assert set(refused.value.fields) == {"licence"}

    save(draft, steward, price_kind="free")
    save(draft, steward, licence=licence("HD-00"))
    assert save(draft, steward, price_kind="one_off").licence is None


def test_becoming_free_removes_the_price(draft, steward):
    save(draft, steward, price_kind="one_off", price=1_000, vat_treatment="VAT10", price_method="cost")

    listing = save(draft, steward, price_kind="free")

    assert (listing.price, listing.vat_treatment, listing.price_method) == (0, "", "")


def test_data_that_stays_in_the_country_is_not_licensed_abroad(draft, steward):
    with pytest.raises(DomainError) as refused:
        save(draft, steward, territories=["ASEAN"])

    assert refused.value.code == "territory_abroad"


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, []),
        ({"purposes": []}, ["purposes"]),
        ({"term_months": None}, ["term_months"]),
        ({"vat_treatment": ""}, ["vat_treatment"]),
        ({"price": 0}, ["price"]),
        ({"licence": None}, ["licence"]),
        ({"derivation": ""}, ["derivation"]),
    ],
)
def test_what_an_offer_still_needs(changes, missing, registered):
    listing = ListingFactory(revision=registered, priced=True)
    for name, value in changes.items():
        setattr(listing, name, value)

    assert unanswered(listing) == missing


def test_terms_name_template_and_whether_data_may_leave(registered):
    listing = ListingFactory(revision=registered, priced=True)
    Classification.objects.filter(revision=registered).update(may_leave_vietnam=True)

    found = terms(listing)

    assert (found["licence"], found["licence_version"], found["may_leave_vietnam"]) == ("HD-02", 1, True)


def test_a_named_organisation_sees_the_offer_and_its_members_follow(registered, steward, stranger, reviewer):
    listing = ListingFactory(revision=registered, listed=True, named=True)
    other = actor_of(MembershipFactory())
    assert not Listing.objects.on_market(stranger).exists()

    first = grant(listing_id=listing.pk, organisation=stranger.organisation, actor=steward)
    assert grant(listing_id=listing.pk, organisation=stranger.organisation, actor=steward) == first

    newcomer = actor_of(MembershipFactory(organisation=stranger.organisation, roles=["buyer"]))
    for actor, sees in ((stranger, True), (newcomer, True), (steward, True), (reviewer, True), (other, False)):
        assert Listing.objects.on_market(actor).exists() is sees
    assert not Listing.objects.on_market(Actor()).exists()
    group = Group.objects.get()
    assert "see_listing" in [row.permission.codename for row in listing.listinggroupobjectpermission_set.all()]
    assert group.name == f"organisation:{stranger.organisation.pk}"
    assert [entry.kind for entry in Entry.objects.all()] == ["listing.grant"]


def test_a_grant_taken_back_hides_the_offer_and_keeps_its_trace(registered, steward, stranger):
    listing = ListingFactory(revision=registered, listed=True, named=True)
    grant(listing_id=listing.pk, organisation=stranger.organisation, actor=steward)

    end_grant(listing_id=listing.pk, organisation=stranger.organisation, actor=steward)
    end_grant(listing_id=listing.pk, organisation=stranger.organisation, actor=steward)

    assert not Listing.objects.on_market(stranger).exists()
    assert listing.granted_to.get().ended_at is not None
    assert [entry.kind for entry in Entry.objects.order_by("pk")] == ["listing.grant", "listing.end_grant"]


def test_nobody_names_their_own_organisation(registered, steward, owner):
    listing = ListingFactory(revision=registered, named=True)

    with pytest.raises(DomainError) as refused:
        grant(listing_id=listing.pk, organisation=owner, actor=steward)

    assert refused.value.code == "grant_to_self"


@pytest.mark.parametrize("state", [s for s in ListingState.values if s != ListingState.LISTED])
def test_only_listed_offers_are_on_the_market(state, registered, steward):
    listing = ListingFactory(revision=registered, listed=True, priced=True)
    Listing.objects.filter(pk=listing.pk).update(state=state)

    assert not Listing.objects.on_market(steward).exists()


def test_the_database_repeats_what_must_never_be_false(registered):
    listing = ListingFactory(revision=registered, priced=True)
    for wrong in (
        {"price_kind": PriceKind.FREE},
        {"price": -1},
        {"state": "listed"},
        {"state": "unknown"},
        {"decided_at": "2026-01-01T00:00:00Z"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Listing.objects.filter(pk=listing.pk).update(**wrong)
