"""The check before sending, and what follows it: returned cases, offers, pausing, retiring."""

import pytest
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.assets.states import RevisionState
from catalog.offers.models import Listing, PriceKind
from catalog.offers.states import ListingState
from catalog.registration import services
from exchange.transparency.models import Entry
from tests.catalog.registration.steps import NASTY, shown, url
from tests.factories.catalog import ListingFactory, RevisionFactory, licence

pytestmark = pytest.mark.django_db


def test_check_and_send(page, draft):
    checks = page.get(url(draft, 7)).context["checks"]
    assert (checks.passed, checks.total, checks.is_blocked) == (7, 7, False)

    response = page.post(url(draft, 7), {"version": draft.version, "listing_version": 1})
    assert response.status_code == 422
    response = page.post(url(draft, 7), {"version": draft.version, "listing_version": 1, "declared": "on"})

    draft.refresh_from_db()
    assert draft.state == RevisionState.SUBMITTED
    receipt = shown(page.get(response.url))
    assert draft.asset.number in receipt
    assert draft.due_on.strftime("%d/%m/%Y") in receipt


def test_the_check_lists_by_name_what_passes(page, draft):
    response = page.get(url(draft, 7))

    checks = response.context["checks"]
    assert len(checks.held) == checks.passed > 0
    text = shown(response)
    assert [finding.rule for finding in checks.held if f"<small>{finding.rule} (" not in text] == []


def test_sending_twice_by_a_double_click_has_one_effect(page, draft):
    answers = {"version": draft.version, "listing_version": 1, "declared": "on"}

    assert page.post(url(draft, 7), answers).status_code == 302
    assert page.post(url(draft, 7), answers).status_code == 302

    assert Entry.objects.filter(kind="asset.submit").count() == 1


def test_what_fails_is_a_link_to_its_field_and_stops_the_sending(page, draft):
    draft.classification.secrecy = "STATE_SECRET"
    draft.classification.save()

    text = shown(page.get(url(draft, 7)))
    assert f"{url(draft, 4)}?then=7#id_secrecy_0" in text
    response = page.post(url(draft, 7), {"version": draft.version, "listing_version": 1, "declared": "on"})
    assert response.status_code == 409
    assert "R15" in shown(response)

    fix = {"version": draft.version, "subject": "NON_PERSONAL", "importance": "OTHER", "secrecy": "NONE"}
    assert page.post(f"{url(draft, 4)}?then=7", fix).url == url(draft, 7)
    mended = shown(page.get(url(draft, 7)))
    assert "#id_secrecy_0" not in mended
    assert mended.index("Các kiểm tra đạt") < mended.index("R15")


def test_the_choice_to_send_both_is_offered_only_with_a_finished_offer(page, draft):
    assert 'name="what"' not in shown(page.get(url(draft, 7)))
    listing = ListingFactory(revision=draft, free=True)
    assert 'name="what"' in shown(page.get(url(draft, 7)))

    page.post(url(draft, 7), {"version": 1, "listing_version": 1, "declared": "on", "what": "both"})

    listing.refresh_from_db()
    assert listing.state == ListingState.SUBMITTED


def test_an_unfinished_registration_has_nothing_to_send(page, owner):
    revision = RevisionFactory(asset__owner=owner)

    assert page.get(url(revision, 7)).url == revision.asset.get_absolute_url()


def test_a_registered_asset_is_offered_step_by_step(page, owner):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    assert page.get(url(revision, 1)).status_code == 302

    assert page.get(url(revision, 6)).status_code == 200
    assert not Listing.objects.exists()
    step = page.post(url(revision, 6), {"version": 1, "price_kind": "one_off", "audience": "public"})
    assert step.url == url(revision, "6-price")
    step = page.post(step.url, {"version": 2, "price": "8.200.000", "vat_treatment": "VAT10"})
    assert step.url == url(revision, "6-licence")
    step = page.post(step.url, {"version": 3, "licence": licence("HD-02").pk})
    assert step.url == url(revision, "6-scope")
    scope = {"version": 4, "purposes": ["research", "derived_product"], "territories": ["VN"], "term_months": "12"}
    step = page.post(step.url, scope)
    assert step.url == url(revision, "6-terms")
    step = page.post(step.url, {"version": 5, "onward_transfer": "none", "delete_within_days": "30"})
    assert step.url == url(revision, 7)

    listing = Listing.objects.get()
    assert (listing.price, listing.price_kind, listing.derivation) == (8_200_000, PriceKind.ONE_OFF, "product")
    page.post(step.url, {"version": revision.version, "listing_version": listing.version, "declared": "on"})
    listing.refresh_from_db()
    assert listing.state == ListingState.SUBMITTED


def test_a_priced_offer_cannot_take_the_open_licence(page, owner):
    listing = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), priced=True)

    text = shown(page.get(url(listing.revision, "6-licence")))

    assert "HD-02" in text
    assert "HD-00" not in text


def test_a_returned_case_shows_reason_due_day_and_links(page, draft, steward, reviewer, client, colleague):
    sent = services.submit_registration(revision_id=draft.pk, version=1, declared=True, actor=steward)
    taken = services.take(revision_id=sent.pk, version=sent.version, actor=reviewer)
    returned = services.return_(
        revision_id=draft.pk,
        version=taken.version,
        reason_code="unclear_description",
        text=f"Nêu rõ phạm vi. {NASTY}",
        fields=["description_vi", "subject"],
        actor=reviewer,
    )

    text = shown(page.get(draft.asset.get_absolute_url()))

    assert "Nêu rõ phạm vi." in text
    assert "<script>alert" not in text
    assert f"{url(draft, '1-details')}#id_description_vi" in text
    assert f"{url(draft, 4)}#id_subject_0" in text
    assert returned.due_on.strftime("%d/%m/%Y") in text

    client.force_login(colleague.user)  # who may not edit reads the words, and no link that would refuse them
    text = shown(client.get(draft.asset.get_absolute_url()))
    assert "Nêu rõ phạm vi." in text
    assert url(draft, "1-details") not in text


def test_pausing_states_its_effect_first(page, owner):
    listing = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), listed=True, priced=True)
    address = reverse("catalog:register-offer", kwargs={"number": listing.revision.asset.number, "action": "pause"})

    assert page.get(address).status_code == 200
    assert page.post(address, {}).status_code == 422
    page.post(address, {"reason_code": "seller_decision"})
    listing.refresh_from_db()
    assert listing.state == ListingState.SUSPENDED_BY_SELLER
    assert page.post(address, {"reason_code": "seller_decision"}).status_code == 404


def test_named_organisations_are_added_by_code_and_removed(page, owner, stranger):
    listing = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), listed=True, named=True)
    address = url(listing.revision, "6-organisations")

    assert page.post(address, {"code": "0100000000"}).status_code == 409
    page.post(address, {"code": stranger.organisation.tax_code})

    assert Listing.objects.on_market(stranger).get() == listing
    grant = listing.granted_to.get()
    ending = reverse(
        "catalog:register-organisation-end", kwargs={"number": listing.revision.asset.number, "pk": grant.pk}
    )
    page.post(ending)
    assert not Listing.objects.on_market(stranger).exists()


def test_retiring_and_new_revisions_have_their_pages(page, owner):
    revision = RevisionFactory(asset__owner=owner, registered=True)
    number = {"number": revision.asset.number}

    response = page.post(reverse("catalog:register-new-revision", kwargs=number), {"version": revision.version})
    assert response.url == url(revision, 2)
    response = page.post(reverse("catalog:register-retire", kwargs=number), {"version": 1})
    assert response.status_code == 409
    assert Asset.objects.get().live == revision
