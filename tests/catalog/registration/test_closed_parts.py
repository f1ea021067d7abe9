"""What an offer needs of a registration: said before the registration is closed, and how it is opened again after."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from catalog.assets.models import RightsEvidence
from catalog.assets.wizard import step_url
from catalog.classification.models import Classification
from tests.catalog.registration.steps import shown
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
MISSING = "Còn thiếu nếu sau này niêm yết"


def check(page, revision):
    return page.get(step_url(revision.asset.number, 7))


def without_papers(owner, **traits):
    revision = RevisionFactory(asset__owner=owner, right_operate=True, **traits)
    RightsEvidence.objects.filter(revision=revision).delete()
    return revision


def test_who_claims_the_right_to_trade_hears_before_sending_what_an_offer_will_need(page, owner):
    draft = without_papers(owner, complete=True, contact_mailbox="")
    Classification.objects.filter(revision=draft).update(prohibited_declared=False)

    response = check(page, draft)

    assert [line["rule"] for line in response.context["for_offer"]] == ["R28", "R29", "R31"]
    links = [link["url"].split("/")[3] for line in response.context["for_offer"] for link in line["links"]]
    assert links == ["4", "3-papers", "1-details"]
    assert MISSING in shown(response)
    assert str(response.context["for_offer"][0]["message"]) == "Chưa xác nhận"
    assert response.context["checks"].is_blocked is False, "the registration itself can be sent"


@pytest.mark.parametrize("right_operate", [True, False])
def test_nothing_is_said_where_nothing_is_missing_or_no_offer_is_meant(right_operate, page, owner):
    draft = RevisionFactory(asset__owner=owner, complete=True, right_operate=right_operate)
    if not right_operate:
        RightsEvidence.objects.filter(revision=draft).delete()

    response = check(page, draft)

    assert response.context["for_offer"] == []
    assert MISSING not in shown(response)


@pytest.mark.parametrize(
    ("stage", "way"),
    [("submitted", "register-withdraw"), ("in_review", ""), ("registered", "register-new-revision")],
)
def test_the_check_of_an_offer_leads_to_what_opens_the_registration_never_to_a_closed_page(stage, way, page, owner):
    revision = without_papers(owner, **{stage: True})
    ListingFactory(revision=revision)

    response = check(page, revision)

    line = next(line for line in response.context["lines"] if line["rule"] == "R29")
    assert [(str(link["label"]), link["url"]) for link in line["links"]] == [("Giấy tờ", "")]
    number = revision.asset.number
    assert response.context["way_back"]["url"] == (reverse(f"catalog:{way}", kwargs={"number": number}) if way else "")
    ways = set(re.findall(rf'href="/register/{number}/([^/"]+)/\?then=7', response.content.decode()))
    assert {way.partition("-")[0] for way in ways} == {"6"}, "answers of the registration have no way to their pages"


def test_an_offer_that_lacks_nothing_names_no_way_back(page, owner):
    listing = ListingFactory(revision=RevisionFactory(asset__owner=owner, registered=True))

    assert check(page, listing.revision).context["way_back"] is None


@pytest.mark.parametrize("stage", ["submitted", "in_review", "registered"])
def test_the_page_of_papers_of_a_sent_registration_says_so_and_takes_nothing(stage, page, owner):
    revision = RevisionFactory(asset__owner=owner, **{stage: True})
    address = step_url(revision.asset.number, "3-papers")
    upload = SimpleUploadedFile("hop-dong.pdf", b"%PDF-1.7\n1 0 obj\n", "application/pdf")

    opened = page.get(address, follow=True)
    sent = page.post(address, {"claim": "contract", "upload": upload})

    assert opened.redirect_chain == [(revision.asset.get_absolute_url(), 302)]
    assert "Phần này không sửa được nữa vì đã gửi." in shown(opened)
    assert sent.url == revision.asset.get_absolute_url()
    assert [paper.claim for paper in revision.current_evidence()] == ["origin"]
