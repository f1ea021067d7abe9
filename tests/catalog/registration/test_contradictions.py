"""A new answer that makes another one impossible: the other goes away in the open, and is asked again."""

import pytest

from accounts.organisations.models import MemberRole
from catalog.assets.models import Revision
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from tests.catalog.conftest import accept_contract
from tests.catalog.registration.steps import shown, url
from tests.factories.accounts import MembershipFactory, OrganisationFactory
from tests.factories.catalog import ListingFactory, RevisionFactory

pytestmark = pytest.mark.django_db
GONE = "Với câu trả lời này, các câu trả lời sau không còn phù hợp và đã được bỏ: Điều kiện tiếp cận."


@pytest.fixture
def opened(client):
    """Open data of a State body that anyone may download, every step answered; its steward's browser is `client`."""
    owner = OrganisationFactory(active=True, agency=True)
    accept_contract(owner)
    client.force_login(MembershipFactory(organisation=owner, roles=[MemberRole.STEWARD]).user)
    revision = RevisionFactory(asset__owner=owner, complete=True)
    Classification.objects.filter(revision=revision).update(access="anyone")
    return revision


def classes(sharing: str) -> dict[str, object]:
    answers = {"subject": "NON_PERSONAL", "importance": "OTHER", "secrecy": "NONE", "basis": "1234/QĐ-BNNMT"}
    return answers | {"version": 1, "sharing": sharing, "prohibited_declared": "on"}


@pytest.mark.parametrize("sharing", ["SHARED", "INTERNAL"])
def test_data_that_is_no_longer_open_is_asked_again_how_it_is_given(sharing, client, opened):
    answer = client.post(f"{url(opened, 4)}?then=7", classes(sharing))

    row = Classification.objects.get()
    assert (row.sharing, row.access, row.for_firms) == (sharing, "", "yes")
    assert Revision.objects.get().steps_done == [1, 2, 3, 5]
    assert answer.url == f"{url(opened, '4-access')}?then=7", "the lost answer first, then the check"
    assert GONE in shown(client.get(answer.url))

    given = {"version": 2, "access": "request", "for_state": "yes", "for_firms": "yes", "for_persons": "yes"}
    assert client.post(answer.url, given).url == url(opened, 7)
    assert Revision.objects.get().steps_done == [1, 2, 3, 4, 5]


def test_a_class_that_fits_takes_nothing_away(client, opened):
    answer = client.post(f"{url(opened, 4)}?then=7", classes("OPEN"))

    assert answer.url == url(opened, 7)
    assert Classification.objects.get().access == "anyone"
    assert "không còn phù hợp" not in shown(client.get(answer.url))


def test_a_half_answered_page_leaves_no_contradiction_either(client, opened):
    Classification.objects.update(sharing="SHARED", access="account")
    given = {"version": 1, "access": "anyone", "for_state": "yes", "for_firms": "yes", "for_persons": "yes"}

    client.post(url(opened, "4-access"), given | {"draft": "on"})

    assert Classification.objects.get().access == ""


def test_answers_about_people_that_no_longer_apply_are_named(client, opened):
    people = {"subject": "PERSONAL_BASIC", "people_described": "Học sinh", "citizen_count": 1200}
    Classification.objects.update(**people, processing_basis="consent", impact_file="12/HS, 02/03/2026")

    answer = client.post(url(opened, 4), classes("OPEN"))

    page = client.get(answer.url)
    assert "Với câu trả lời này, các câu trả lời sau không còn phù hợp và đã được bỏ: " in shown(page)
    names = [str(Classification._meta.get_field(name).verbose_name) for name in ("people_described", "impact_file")]
    assert [name for name in names if name not in shown(page)] == []


def test_an_answer_emptied_by_hand_is_no_news(client, opened):
    Classification.objects.update(access="account", for_persons="no", limit_reason="third_party", limit_text="x")
    given = {"version": 1, "access": "account", "for_state": "yes", "for_firms": "yes", "for_persons": "yes"}

    answer = client.post(url(opened, "4-access"), given | {"limit_reason": "", "limit_text": ""})

    assert Classification.objects.get().limit_reason == ""
    assert "không còn phù hợp" not in shown(client.get(answer.url))


@pytest.mark.parametrize(("access", "offered"), [("account", True), ("anyone", False)])
def test_a_priced_offer_of_what_anyone_may_download_waits_for_a_new_answer(access, offered, client, opened):
    Classification.objects.update(access=access)
    ListingFactory(revision=opened, priced=True)

    check = client.get(url(opened, 7))

    assert ("both" in check.context["view"].kinds) is offered


def test_an_offer_of_data_for_named_organisations_is_never_shown_to_all(client, opened):
    listing = ListingFactory(revision=opened, free=True)
    Classification.objects.update(access="named")
    assert "both" not in client.get(url(opened, 7)).context["view"].kinds

    answer = client.post(url(opened, 6), {"version": listing.version, "price_kind": "free"})

    assert answer.status_code == 302
    assert Listing.objects.get().audience == "named"
    assert "both" in client.get(url(opened, 7)).context["view"].kinds
