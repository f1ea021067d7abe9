"""The page of owners and shares: rows without script, nothing typed is lost, the paper is kept first."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import ParticipantState
from catalog.assets.wizard import step_url
from catalog.offers.models import Listing, ListingOwner
from catalog.offers.selectors import shares_of
from catalog.offers.services import follow_standing
from catalog.offers.states import ListingState
from catalog.registration.casefile import casefile
from catalog.registration.pages import BY_SLUG, next_slug
from catalog.registration.selectors import dossier_of
from exchange.files.services import store
from tests.catalog.offers.test_sharing import sharer
from tests.exchange.console.conftest import signed_in, staff
from tests.factories.catalog import ListingFactory, RevisionFactory, shared

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(owner):
    return ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True), priced=True, is_shared=True)


def url(offer) -> str:
    return step_url(offer.revision.asset.number, "6-owners")


def paper(name="thoa-thuan.pdf", content=b"%PDF-1.7 thoa thuan"):
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def answers(offer, *rows, own="66,67", **more):
    offer.refresh_from_db()
    made = {"version": offer.version, "own_share": own} | more
    for number, (code, share) in enumerate(rows, start=1):
        made |= {f"code_{number}": code, f"share_{number}": share}
    return made


def test_the_price_page_leads_to_the_owners_only_where_the_revenue_is_shared(offer):
    assert next_slug("6-price", dossier_of(offer.revision)) == "6-owners"

    Listing.objects.update(is_shared=False)
    assert next_slug("6-price", dossier_of(offer.revision)) == "6-licence"
    assert BY_SLUG["6-owners"].form is None


def test_owners_and_paper_are_saved_at_once_and_lead_on(page, offer):
    one = sharer()

    answer = page.post(url(offer), answers(offer, (one.tax_code, "33,33"), ("", ""), agreement=paper()))

    offer.refresh_from_db()
    assert answer.url == step_url(offer.revision.asset.number, "6-licence")
    assert [row.basis_points for row in shares_of(offer)] == [6_667, 3_333]
    assert offer.share_agreement.name == "thoa-thuan.pdf"
    text = page.get(url(offer)).content.decode()
    assert one.name in text
    assert 'value="33,33"' in text
    assert "thoa-thuan.pdf" in text
    kept = page.get(reverse("catalog:register-detail", args=[offer.revision.asset.number]))
    assert kept.status_code == 200


def test_back_to_the_check_when_it_came_from_there(page, offer):
    answer = page.post(f"{url(offer)}?then=7", answers(offer, (sharer().tax_code, "33,33"), agreement=paper()))

    assert answer.url == step_url(offer.revision.asset.number, 7)


def test_a_refusal_keeps_what_was_typed_and_the_paper(page, offer):
    typed = answers(offer, (sharer().tax_code, "30"), ("không có", "3,33"), agreement=paper())

    answer = page.post(url(offer), typed)

    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="không có"' in text
    assert 'value="3,33"' in text
    assert "thoa-thuan.pdf" in text
    assert not ListingOwner.objects.exists()


def test_halves_of_a_row_and_a_missing_paper_are_asked_for(page, offer):
    answer = page.post(url(offer), answers(offer, (sharer().tax_code, ""), ("", "33,33")))

    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert set(errors) == {"share_1", "code_2", "agreement"}


def test_a_paper_that_is_no_paper_is_refused_beside_its_field(page, offer):
    answer = page.post(
        url(offer), answers(offer, (sharer().tax_code, "33,33"), agreement=paper(content=b"khong phai pdf"))
    )

    offer.refresh_from_db()
    assert answer.status_code == 409
    assert "agreement" in answer.context["form"].errors
    assert (offer.share_agreement, ListingOwner.objects.count()) == (None, 0)


def test_one_more_row_keeps_what_was_typed_and_saves_nothing(page, offer):
    rows = [("123", "10"), ("", "")]

    answer = page.post(url(offer), answers(offer, *rows, more="1"))

    form = answer.context["form"]
    assert (answer.status_code, len(form.rows)) == (200, 3)
    assert 'value="123"' in answer.content.decode()
    assert not form.errors
    full = page.post(url(offer), answers(offer, *[("", "")] * 8, more="1"))
    assert len(full.context["form"].rows) == 8
    assert b'name="more"' not in full.content


def test_a_draft_keeps_shares_that_do_not_sum_up_yet(page, offer):
    answer = page.post(url(offer), answers(offer, (sharer().tax_code, ""), own="", draft="1"))

    assert answer.url == offer.revision.asset.get_absolute_url()
    assert [row.basis_points for row in shares_of(offer)] == [0, 0]


def test_a_change_elsewhere_keeps_the_answers_and_saving_again_puts_them_in_place(page, offer):
    shared(offer, {sharer(): 5_000})
    one = sharer()
    typed = answers(offer, (one.tax_code, "33,33"))
    Listing.objects.update(version=7)

    first = page.post(url(offer), typed)
    fresh = first.context["form"].data["version"]
    second = page.post(url(offer), typed | {"version": fresh})

    assert (first.status_code, fresh, second.status_code) == (409, "7", 302)
    assert [row.organisation for row in shares_of(offer)][1:] == [one]


def test_an_offer_that_was_sent_or_is_not_shared_has_no_such_page(page, offer):
    Listing.objects.update(state=ListingState.SUBMITTED)
    assert page.get(url(offer)).url == offer.revision.asset.get_absolute_url()
    typed = page.post(url(offer), answers(offer, (sharer().tax_code, "33,33")))
    assert (typed.status_code, b"33,33" in typed.content, ListingOwner.objects.count()) == (409, True, 0)

    way_out = reverse("catalog:register-offer", args=[offer.revision.asset.number, "withdraw"])
    assert typed.context["url"] == way_out
    Listing.objects.update(state=ListingState.IN_REVIEW)
    assert page.post(url(offer), answers(offer, (sharer().tax_code, "33,33"))).context["url"] == ""

    Listing.objects.update(is_shared=False, state=ListingState.DRAFT)
    assert page.get(url(offer)).status_code == 404


def test_strangers_get_404_members_without_the_role_403(client, offer, stranger, colleague):
    client.force_login(stranger.user)
    assert client.get(url(offer)).status_code == 404
    client.force_login(colleague.user)
    assert client.get(url(offer)).status_code == 403
    assert client.post(url(offer), answers(offer)).status_code == 403


def test_the_agreement_is_for_the_sellers_members_and_not_for_the_other_owner(client, page, offer, stranger, settings):
    one = sharer()
    page.post(url(offer), answers(offer, (one.tax_code, "33,33"), agreement=paper()))
    address = reverse("catalog:register-agreement", args=[offer.revision.asset.number])

    answer = page.get(address)

    assert b"".join(answer.streaming_content) == b"%PDF-1.7 thoa thuan"
    client.force_login(stranger.user)
    assert client.get(address).status_code == 404


def test_the_last_look_names_each_owner_with_its_share(page, offer):
    one = sharer(name_vi="Viện Một")
    shared(offer, {one: 3_333})

    text = page.get(step_url(offer.revision.asset.number, 7)).content.decode()

    assert "Viện Một" in text
    assert "33,33%" in text
    assert "thoa-thuan.pdf" in text


def test_the_reviewer_reads_owners_shares_and_agreement_on_the_case_page(offer, reviewer):
    one = sharer(name_vi="Viện Một")
    shared(offer, {one: 3_333})
    Listing.objects.update(state=ListingState.IN_REVIEW)

    with override("vi"):
        case = casefile(Listing.objects.get(), reviewer)

    facts = {str(fact.label): str(fact.value) for fact in case.facts}
    assert facts["Viện Một"] == "33,33% doanh thu"
    assert facts[offer.revision.asset.owner.name_vi] == "66,67% doanh thu"
    assert [paper.name for paper in case.papers if paper.what == "Thỏa thuận chia sẻ doanh thu"] == ["thoa-thuan.pdf"]
    assert ("Viện Một", "ok") in [(party.name, party.tone) for party in case.parties]


@pytest.mark.parametrize(
    ("state", "is_read"), [("draft", False), ("submitted", True), ("returned", True), ("listed", True)]
)
def test_an_offer_is_read_and_its_paper_opens_beside_the_registration_once_it_was_sent(state, is_read, offer):
    shared(offer, {sharer(name_vi="Viện Một"): 3_333})
    kept = store(paper(), purpose="evidence", max_bytes=1000)
    Listing.objects.update(state=state, content_hash="0" * 64, share_agreement=kept)
    desk = signed_in(staff(StaffRole.REVIEWER))
    paper_url = reverse("admin:catalog_revision_paper", args=[offer.revision.pk, kept.pk])

    text = desk.get(reverse("admin:catalog_revision_change", args=[offer.revision.pk])).content.decode()

    assert ("33,33% doanh thu" in text, "thoa-thuan.pdf" in text, paper_url in text) == (is_read,) * 3
    opened = desk.get(paper_url)
    assert opened.status_code == (200 if is_read else 404)
    assert (opened.getvalue() == b"%PDF-1.7 thoa thuan") is is_read


def test_an_offer_stays_on_the_market_when_another_owner_is_suspended(offer, steward):
    one = sharer()
    shared(offer, {one: 3_333})
    Listing.objects.update(state=ListingState.LISTED, content_hash="0" * 64)
    type(one).objects.filter(pk=one.pk).update(state=ParticipantState.SUSPENDED)

    assert follow_standing(organisation_id=one.pk, actor=Actor.system("standing")) == []
    assert Listing.objects.get().state == ListingState.LISTED
