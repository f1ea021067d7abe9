"""Pages of registration in a real browser: policy, accessibility, the width of a phone, without scripts."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.organisations.models import MemberRole
from catalog.assets.models import Revision
from catalog.assets.wizard import step_url
from catalog.offers.models import Listing
from catalog.registration.pages import PAGES
from tests.browser.looking import look, sign_in, window
from tests.factories.accounts import PASSWORD, MembershipFactory, OrganisationFactory
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture
def steward():
    owner = OrganisationFactory(agency=True, active=True, name_vi="Cục Quản lý tài nguyên nước")
    return MembershipFactory(organisation=owner, roles=[MemberRole.STEWARD])


def pages_of(steward) -> list[str]:
    """Every page of registration, with what makes the conditional ones appear."""
    draft = RevisionFactory(complete=True, asset__owner=steward.organisation, origin="DERIVED")
    draft.classification.subject, draft.classification.importance = "DEIDENTIFIED", "IMPORTANT"
    draft.classification.save()
    ListingFactory(revision=draft, priced=True, named=True)
    sent = RevisionFactory(submitted=True, asset__owner=steward.organisation)
    returned = RevisionFactory(in_review=True, asset__owner=steward.organisation)
    Revision.objects.filter(pk=returned.pk).update(
        state="returned", reason_code="unclear_description", reason_text="Nêu rõ phạm vi.", reason_fields=["title_vi"]
    )
    listing = ListingFactory(
        revision=RevisionFactory(registered=True, asset__owner=steward.organisation), listed=True, priced=True
    )
    number = listing.revision.asset.number
    return [
        reverse("catalog:register"),
        *(row.asset.get_absolute_url() for row in (draft, sent, returned, listing.revision)),
        *(step_url(draft.asset.number, page.slug) for page in PAGES),
        reverse("catalog:register-offer", kwargs={"number": number, "action": "pause"}),
        reverse("catalog:register-retire", kwargs={"number": number}),
        reverse("catalog:certificate", kwargs={"number": listing.revision.certificate_number}),
    ]


@pytest.mark.parametrize(("width", "dark"), [(360, False), (1280, False), (360, True)])
def test_every_page_is_clean(width, dark, live_server, browser, steward):
    paths = pages_of(steward)
    context = window(browser, width=width, dark=dark)
    tab = context.new_page()
    sign_in(tab, live_server.url, steward.user.email, PASSWORD)

    seen = []
    for path in paths:
        seen.append(look(tab, live_server.url + path))
        if PICTURES:
            tab.screenshot(path=Path(PICTURES) / f"{path.strip('/').replace('/', '-')}-{width}.png", full_page=True)
    context.close()

    assert {sight.url: sight.faults for sight in seen if sight.faults} == {}
    assert {sight.status for sight in seen} == {200}


def test_a_phone_without_scripts_registers_and_leaves_a_draft(live_server, browser, steward):
    context = window(browser, width=360, scripts=False)
    page = context.new_page()
    sign_in(page, live_server.url, steward.user.email, PASSWORD)

    page.goto(live_server.url + reverse("catalog:register"))
    page.click("main form button")
    page.fill("[name=title_vi]", "Độ mặn sông Tiền")
    page.click("main form button >> nth=0")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=title_vi]")).to_have_value("Độ mặn sông Tiền")
    page.click("[name=draft]")

    expect(page.locator("h1")).to_have_text("Độ mặn sông Tiền")
    assert Revision.objects.get().title_vi == "Độ mặn sông Tiền"
    assert not Listing.objects.exists()
    context.close()
