"""The seller names the owners who share in the revenue: exact sums, fit participants, a signed agreement."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.organisations.models import ParticipantState
from catalog.offers.models import Listing, ListingOwner
from catalog.offers.selectors import content_hash, shares_of, snapshot
from catalog.offers.services import create_listing, save_terms
from catalog.offers.shares import Other, commitment
from catalog.offers.sharing import OBSTACLES, UNKNOWN, add_agreement, save_shares
from catalog.offers.states import ListingState
from catalog.registration import services
from catalog.registration.preflight import check_listing
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.notifications.models import Message
from exchange.transparency.reconcile import rows_that_differ
from tests.catalog.conftest import accept_contract
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.catalog import ListingFactory, ListingOwnerFactory, RevisionFactory, shared

pytestmark = pytest.mark.django_db


def sharer(**fields):
    """A participant that may be paid."""
    organisation = OrganisationFactory(**{"active": True, "with_bank": True} | fields)
    accept_contract(organisation)
    return organisation


@pytest.fixture
def offer(owner):
    return ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), priced=True, is_shared=True)


def save(offer, actor, own, *others, **options):
    offer.refresh_from_db()
    rows = [Other(row, code, share) for row, (code, share) in enumerate(others, start=1)]
    return save_shares(listing_id=offer.pk, version=offer.version, own_share=own, others=rows, actor=actor, **options)


def kept(offer):
    return [(row.organisation.tax_code, row.basis_points) for row in shares_of(offer)]


def paper(content=b"%PDF-1.7 thoa thuan"):
    return SimpleUploadedFile("thoa-thuan.pdf", content, content_type="application/pdf")


def test_three_owners_share_to_the_hundredth_of_a_per_cent(offer, steward, owner):
    one, two = sharer(), sharer()

    save(offer, steward, 3_334, (one.tax_code, 3_333), (f" {two.tax_code} ", 3_333))

    assert kept(offer) == [(owner.tax_code, 3_334), (one.tax_code, 3_333), (two.tax_code, 3_333)]


def test_an_agency_is_found_by_its_agency_code(offer, steward):
    agency = sharer(agency=True)

    save(offer, steward, 5_000, (agency.agency_code, 5_000))

    assert [row.organisation for row in shares_of(offer)][1] == agency


@pytest.mark.parametrize(
    ("own", "shares", "code"),
    [
        (5_000, [4_999], "shares_not_whole"),
        (5_000, [5_001], "shares_not_whole"),
        (10_000, [0], "share_zero"),
        (0, [10_000], "share_zero"),
        (10_000, [], "no_other_owner"),
    ],
)
def test_shares_that_are_not_a_whole_are_refused_and_a_draft_keeps_them(own, shares, code, offer, steward):
    others = [(sharer().tax_code, share) for share in shares]

    with pytest.raises(DomainError) as refusal:
        save(offer, steward, own, *others)
    assert (refusal.value.code, ListingOwner.objects.count()) == (code, 0)

    save(offer, steward, own, *others, is_draft=True)
    assert [share for _code, share in kept(offer)] == [own, *shares]


def test_the_sum_that_was_typed_is_named_with_its_decimals(offer, steward):
    with pytest.raises(DomainError) as refusal:
        save(offer, steward, 5_000, (sharer().tax_code, 4_967))

    assert "99.67" in str(refusal.value.message).replace(",", ".")


@pytest.mark.parametrize(
    ("make", "obstacle"),
    [
        (lambda: OrganisationFactory(with_bank=True), "applicant"),
        (lambda: sharer(state=ParticipantState.SUSPENDED), "suspended"),
        (lambda: sharer(verified_until="2020-01-01"), "expired"),
        (lambda: sharer(with_bank=False), "no_account"),
        (lambda: OrganisationFactory(active=True, with_bank=True), "no_contract"),
    ],
)
def test_a_participant_that_could_not_be_paid_is_refused_with_the_reason(make, obstacle, offer, steward):
    accept_contract(OrganisationFactory(active=True))  # there is a contract to accept

    with pytest.raises(DomainError) as refusal:
        save(offer, steward, 5_000, (make().tax_code, 5_000))

    assert refusal.value.fields == {"code_1": OBSTACLES[obstacle]}
    assert not ListingOwner.objects.exists()


def test_unknown_closed_own_and_repeated_codes_are_each_refused_in_their_row(offer, steward, owner):
    one, closed = sharer(), sharer(state=ParticipantState.CLOSED)
    rows = [(one.tax_code, 2_000), ("0000000000", 2_000), (closed.tax_code, 2_000), (owner.tax_code, 2_000)]

    with pytest.raises(DomainError) as refusal:
        save(offer, steward, 1_000, *rows, (one.tax_code, 1_000))

    fields = refusal.value.fields
    assert (fields["code_2"], fields["code_3"]) == (UNKNOWN, UNKNOWN)
    assert "Đây là tổ chức của bạn" in str(fields["code_4"])
    assert "khai hai lần" in str(fields["code_5"])
    assert fields.keys() == {"code_2", "code_3", "code_4", "code_5"}
    assert not ListingOwner.objects.exists()


def test_data_offered_free_or_by_the_seller_alone_has_nothing_to_share(offer, steward):
    Listing.objects.filter(pk=offer.pk).update(is_shared=False)
    for code in ("not_shared", "nothing_to_share"):
        with pytest.raises(DomainError) as refusal:
            save(offer, steward, 5_000, (sharer().tax_code, 5_000))
        assert refusal.value.code == code
        with pytest.raises(DomainError):
            add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)
        Listing.objects.filter(pk=offer.pk).update(price_kind="free", price=0)

    assert not ListingOwner.objects.exists()


def test_an_offer_made_free_shares_nothing_and_the_database_holds_that(offer, steward):
    save(offer, steward, 5_000, (sharer().tax_code, 5_000))

    offer.refresh_from_db()
    free = save_terms(listing_id=offer.pk, version=offer.version, data={"price_kind": "free"}, actor=steward)

    assert (free.is_shared, shares_of(free)) == (False, [])
    with pytest.raises(IntegrityError, match="free_listing_shares_nothing"), transaction.atomic():
        Listing.objects.filter(pk=free.pk).update(is_shared=True)


def test_a_share_that_stays_keeps_its_salt_and_one_that_changes_gets_another(offer, steward):
    one, two, three = sharer(), sharer(), sharer()
    save(offer, steward, 4_000, (one.tax_code, 3_000), (two.tax_code, 3_000))
    before = {row.organisation_id: row.salt for row in shares_of(offer)}

    save(offer, steward, 4_000, (three.tax_code, 2_000), (one.tax_code, 3_000), (two.tax_code, 1_000))

    after = {row.organisation_id: row.salt for row in shares_of(offer)}
    assert [row.organisation for row in shares_of(offer)] == [offer.revision.asset.owner, three, one, two]
    assert after[one.pk] == before[one.pk]
    assert after[two.pk] != before[two.pk]
    assert {len(salt) for salt in after.values()} == {64}
    assert ListingOwner.objects.filter(removed_at__isnull=False).count() == 1


@pytest.mark.parametrize("who", ["stranger", "colleague", "reviewer"])
def test_only_the_sellers_stewards_name_owners(who, request, offer):
    actor = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        save(offer, actor, 5_000, (sharer().tax_code, 5_000))
    with pytest.raises(PermissionDenied):
        add_agreement(listing_id=offer.pk, upload=paper(), actor=actor)

    offer.refresh_from_db()
    assert (ListingOwner.objects.count(), offer.share_agreement) == (0, None)


def test_a_stale_tab_and_an_offer_that_was_sent_change_nothing(offer, steward):
    one = sharer()
    save(offer, steward, 5_000, (one.tax_code, 5_000))
    old = Other(1, one.tax_code, 4_000)

    with pytest.raises(Stale):
        save_shares(listing_id=offer.pk, version=1, own_share=6_000, others=[old], actor=steward)
    Listing.objects.filter(pk=offer.pk).update(state=ListingState.SUBMITTED)
    with pytest.raises(IllegalMove):
        save(offer, steward, 6_000, (one.tax_code, 4_000))
    with pytest.raises(IllegalMove):
        add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)

    assert [share for _code, share in kept(offer)] == [5_000, 5_000]


def test_the_public_content_names_the_owners_and_hides_the_shares(offer):
    one = sharer()
    alone = snapshot(ListingFactory(priced=True))["offers"][0].keys()
    shared(offer, {one: 3_333})

    content = snapshot(offer)["offers"][0]

    rows = shares_of(offer)
    assert content["owners"] == [
        {
            "name_vi": row.organisation.name_vi,
            "name_en": row.organisation.name_en,
            "share": commitment(row.organisation.name_vi, row.basis_points, row.salt),
        }
        for row in rows
    ]
    assert content["share_agreement"] == offer.share_agreement.sha256
    assert not {"3333", "6667", "33.33"} & set(str(content).replace("'", " ").replace(",", " ").split())
    assert content.keys() - alone == {"owners", "share_agreement"}


def test_an_offer_of_one_owner_has_the_content_it_had():
    listing = ListingFactory(priced=True)

    assert "owners" not in snapshot(listing)["offers"][0]
    assert "share_agreement" not in snapshot(listing)["offers"][0]


def test_the_next_offer_repeats_owners_agreement_and_salts_so_nothing_shows_as_changed(offer, steward):
    shared(offer, {sharer(): 3_333})
    first = snapshot(offer)["offers"][0]
    Listing.objects.filter(pk=offer.pk).update(state=ListingState.DELISTED)

    again = create_listing(revision_id=offer.revision_id, actor=steward)

    second = snapshot(again)["offers"][0]
    assert {**second, "number": ""} == {**first, "number": ""}
    assert second["owners"]


def r59(listing):
    return next((finding for finding in check_listing(listing) if finding.rule == "R59"), None)


def test_the_check_before_sending_follows_the_standing_of_every_owner(offer, steward):
    one = sharer()
    assert r59(offer).verdict == "BLOCK"

    save(offer, steward, 5_000, (one.tax_code, 5_000))
    assert list(r59(offer).fields) == ["share_agreement"]

    add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)
    offer.refresh_from_db()
    assert r59(offer).is_passed

    type(one).objects.filter(pk=one.pk).update(state=ParticipantState.SUSPENDED)
    assert (r59(offer).verdict, r59(offer).detail) == ("BLOCK", {"obstacles": ["suspended"]})
    offer.is_shared = False
    assert r59(offer) is None


def sent(offer, steward):
    offer.refresh_from_db()
    return services.submit_listing(listing_id=offer.pk, version=offer.version, declared=True, actor=steward)


def test_owners_stand_in_the_log_from_the_sending_on_and_learn_of_the_listing(offer, steward, reviewer):
    one = sharer()
    people = [MembershipFactory(organisation=one, roles=[role]).user for role in ("finance", "owner", "buyer")]
    save(offer, steward, 6_667, (one.tax_code, 3_333))
    add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)
    sent(offer, steward)
    assert not Message.objects.filter(kind="listing.shared").exists()

    offer.refresh_from_db()
    case = services.take(listing_id=offer.pk, version=offer.version, actor=reviewer)
    listing = services.list_(listing_id=offer.pk, version=case.version, actor=reviewer)

    told = set(Message.objects.filter(kind="listing.shared").values_list("recipient", flat=True))
    assert {person.pk for person in people[:2]} <= told
    assert people[2].pk not in told
    assert "3333" not in str(list(Message.objects.values_list("context", flat=True)))
    assert listing.content_hash == content_hash(snapshot(listing))
    owners = [place for place in rows_that_differ() if "listingowner" in place]
    assert owners == []
    ListingOwner.objects.filter(organisation=one).update(basis_points=9_000)
    assert [place for place in rows_that_differ() if "listingowner" in place] == [
        f"row_changed catalog.listingowner:{ListingOwner.objects.get(organisation=one).pk}"
    ]


def test_owners_changed_after_a_return_are_bound_again(offer, steward, reviewer):
    one, two = sharer(), sharer()
    save(offer, steward, 5_000, (one.tax_code, 5_000))
    add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)
    sent(offer, steward)
    offer.refresh_from_db()
    case = services.take(listing_id=offer.pk, version=offer.version, actor=reviewer)
    words = {"reason_code": "unclear_description", "text": "Nêu rõ chủ sở hữu.", "fields": ["shares"]}
    services.return_(listing_id=offer.pk, version=case.version, actor=reviewer, **words)

    save(offer, steward, 5_000, (two.tax_code, 5_000))
    sent(offer, steward)

    assert ListingOwner.objects.filter(listing=offer).count() == 3
    assert [place for place in rows_that_differ() if "listingowner" in place] == []


def test_a_reviewer_of_any_owner_does_not_decide(offer, reviewer, steward):
    one = sharer()
    save(offer, steward, 5_000, (one.tax_code, 5_000))
    add_agreement(listing_id=offer.pk, upload=paper(), actor=steward)
    sent(offer, steward)
    MembershipFactory(organisation=one, user=reviewer.user, ended_at=today().isoformat() + "T00:00:00Z")
    offer.refresh_from_db()

    with pytest.raises(DomainError) as refusal:
        services.take(listing_id=offer.pk, version=offer.version, actor=reviewer)

    assert refusal.value.code == "reviewer_is_author"


def test_an_owner_stands_once_on_an_offer(offer):
    row = ListingOwnerFactory(listing=offer)

    with pytest.raises(IntegrityError, match="listing_owner_once"), transaction.atomic():
        ListingOwnerFactory(listing=offer, organisation=row.organisation)
    with pytest.raises(IntegrityError, match="share_is_at_most_all"), transaction.atomic():
        ListingOwnerFactory(listing=offer, basis_points=10_001)
