"""For each state of a registration and its offer, each member and each action: the page offers what is accepted."""

import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.organisations.models import MemberRole
from catalog.assets.models import Revision
from catalog.assets.states import RevisionState
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from exchange.transparency.models import Entry
from tests.factories.accounts import MembershipFactory
from tests.factories.catalog import ListingFactory, RevisionFactory
from tests.factories.transactions import admit, trader

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OF_ASSET = ("withdraw", "delete", "new-revision", "retire")
OF_OFFER = ("withdraw", "pause", "resume", "delist")
ACTIONS = (*OF_ASSET, *(f"offer/{action}" for action in OF_OFFER))
REASON = {"reason_code": "other", "reason_text": "Tổ chức cần rà soát lại nội dung."}


def of_asset(state: str) -> Revision:
    """A registration in a state, without an offer."""
    if state == RevisionState.DRAFT:
        return RevisionFactory(complete=True)
    if state in (RevisionState.SUBMITTED, RevisionState.IN_REVIEW, RevisionState.REGISTERED):
        return RevisionFactory(**{state: True})
    made = RevisionFactory(in_review=True)
    Revision.objects.filter(pk=made.pk).update(state=state)
    return made


def of_offer(state: str) -> Revision:
    """A registered asset whose offer is in a state."""
    listed = ListingFactory(listed=True, priced=True)
    Listing.objects.filter(pk=listed.pk).update(state=state)
    return listed.revision


def together(offer: str = ListingState.SUBMITTED) -> Revision:
    """A registration sent with its offer."""
    made = RevisionFactory(submitted=True)
    ListingFactory(revision=made, priced=True, state=offer)
    return made


CASES = {
    **{
        f"asset {state}": (of_asset, state)
        for state in RevisionState.values
        if state not in ("superseded", "discarded")
    },
    **{f"offer {state}": (of_offer, state) for state in ListingState.values},
    "both sent": (together, ListingState.SUBMITTED),
    "both sent, the offer taken": (together, ListingState.IN_REVIEW),
}


def shown(browser: Client, revision: Revision) -> set[str]:
    """Actions the asset's page links to."""
    page = browser.get(reverse("catalog:register-detail", args=[revision.asset.number]))
    links = re.findall(rf'href="/register/{revision.asset.number}/([\w/-]+)/"', page.content.decode())
    return {link for link in links if link in ACTIONS}


def traces() -> tuple:
    """What an action that was refused must leave as it was."""
    rows = (list(model.objects.order_by("pk").values_list("state", "version")) for model in (Revision, Listing))
    return (Entry.objects.count(), *rows)


def accepted(browser: Client, revision: Revision) -> set[str]:
    """Actions that are carried out; every other one is refused and leaves nothing."""
    done = set()
    version = Revision.objects.get(pk=revision.pk).version
    for action in ACTIONS:
        with transaction.atomic():
            before = traces()
            answer = browser.post(f"/register/{revision.asset.number}/{action}/", {"version": version, **REASON})
            if answer.status_code == 302 and traces() != before:
                done.add(action)
            else:
                assert answer.status_code in (403, 404, 409), (action, answer.status_code)
                assert traces() == before, action
            transaction.set_rollback(True)
    return done


@pytest.mark.parametrize("case", CASES)
def test_each_member_is_shown_exactly_what_the_services_accept(case):
    build, state = CASES[case]
    revision = build(state)
    owner = admit(revision.asset.owner)

    for role in MemberRole.values:
        browser = Client()
        browser.force_login(MembershipFactory(organisation=owner, roles=[role]).user)
        assert shown(browser, revision) == accepted(browser, revision), role
    stranger = Client()
    stranger.force_login(MembershipFactory(organisation=trader(), roles=["owner", "steward"]).user)
    assert shown(stranger, revision) == accepted(stranger, revision) == set()


def test_a_steward_may_do_this_at_the_main_stages():
    found = {}
    for case in ("asset draft", "asset submitted", "asset registered", "offer listed", "offer submitted", "both sent"):
        build, state = CASES[case]
        revision = build(state)
        browser = Client()
        browser.force_login(MembershipFactory(organisation=admit(revision.asset.owner), roles=["steward"]).user)
        found[case] = accepted(browser, revision)

    assert found == {
        "asset draft": {"delete"},
        "asset submitted": {"withdraw"},
        "asset registered": {"new-revision", "retire"},
        "offer listed": {"new-revision", "offer/pause", "offer/delist"},
        "offer submitted": {"new-revision", "offer/withdraw"},
        "both sent": {"withdraw"},
    }
