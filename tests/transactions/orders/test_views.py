"""Pages of the two sides of an order."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.access.actor import Actor
from catalog.offers.models import Listing
from exchange.common.ids import random_ref
from tests.factories.accounts import UserFactory
from tests.factories.transactions import USE, HoldFactory, OrderFactory, acting, listed, reviewer, trader
from transactions.orders.models import Order, OrderEvent
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
REASON = {"reason_code": "other", "reason_text": "Không còn phù hợp với kế hoạch."}
FORM = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
NASTY = "<script>alert(1)</script> =1+1 “Điều 1” dùng cho nghiên cứu"


def browser(actor: Actor) -> Client:
    """A signed-in browser of the person."""
    client = Client()
    client.force_login(actor.user)
    return client


def new_url(listing: Listing) -> str:
    return reverse("transactions:order-new", args=[listing.revision.asset.number])


def url(order: Order, action: str) -> str:
    return reverse(f"transactions:order-{action}", args=[order.number])


# --- placing


def test_order_form_shows_price_tax_and_rights(django_assert_max_num_queries):
    listing, client = listed(), browser(acting(trader(), "buyer"))

    with django_assert_max_num_queries(20):
        page = client.get(new_url(listing))

    text = page.content.decode()
    assert page.status_code == 200
    assert "2.000.000" in text
    assert "200.000" in text
    assert "2.200.000" in text
    assert text.count("<h1") == 1
    assert 'name="idempotency_key"' in text
    assert "40.000" not in text  # the seller's fee is none of the buyer's business


def test_order_form_offers_only_what_the_terms_permit():
    listing, client = listed(), browser(acting(trader(), "buyer"))

    form = client.get(new_url(listing)).context["form"]

    assert [code for code, _ in form.fields["purpose"].choices] == listing.purposes
    assert [code for code, _ in form.fields["territory"].choices] == ["VN"]


def test_each_visit_has_its_own_key():
    listing, client = listed(), browser(acting(trader(), "buyer"))

    keys = {client.get(new_url(listing)).context["form"]["idempotency_key"].value() for _ in range(2)}

    assert len(keys) == 2


def test_sending_twice_makes_one_order_and_leads_to_its_page(django_assert_max_num_queries):
    listing, actor = listed(), acting(trader(), "buyer")
    client, form = browser(actor), {**FORM, "idempotency_key": random_ref()}

    with django_assert_max_num_queries(38):
        first = client.post(new_url(listing), form)
    again = client.post(new_url(listing), form)

    order = Order.objects.get()
    assert order.placed_by == actor.user
    assert first.headers["Location"] == again.headers["Location"] == f"/orders/{order.number}/"


def test_what_was_typed_is_kept_when_something_is_wrong():
    listing, client = listed(), browser(acting(trader(), "buyer"))
    form = {**FORM, "idempotency_key": "k", "purpose": "", "use_description": NASTY}

    page = client.post(new_url(listing), form)

    text = page.content.decode()
    assert page.status_code == 422
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1 “Điều 1”" in text
    assert 'value="k"' in text
    assert "<script>alert" not in text
    assert not Order.objects.exists()


def test_refusal_of_the_exchange_stands_on_the_form():
    listing, buyer = listed(), trader()
    type(buyer).objects.filter(pk=buyer.pk).update(state="suspended")

    page = browser(acting(buyer, "buyer")).post(new_url(listing), {**FORM, "idempotency_key": "k"})

    assert page.status_code == 409
    assert page.context["form"].non_field_errors()
    assert USE in page.content.decode()


def test_unseen_offers_are_not_found():
    client = browser(acting(trader(), "buyer"))

    for number in (listed(named=True).revision.asset.number, "D-2026-000000"):
        assert client.get(reverse("transactions:order-new", args=[number])).status_code == 404


def test_visitors_are_sent_to_sign_in():
    assert Client().get(new_url(listed())).headers["Location"].startswith("/accounts/login/")


def test_who_cannot_order_is_told_why_and_gets_no_form():
    listing = listed()
    seller = listing.revision.asset.owner
    readers = [
        browser(Actor(user=UserFactory())),
        browser(reviewer()),
        browser(acting(seller, "buyer")),
        browser(acting(trader(), "steward")),
    ]

    for client in readers:
        page = client.get(new_url(listing))
        assert page.status_code == 200
        assert page.context["obstacle"]
        assert 'name="purpose"' not in page.content.decode()


def test_posting_without_the_right_changes_nothing():
    listing = listed()

    for client in (browser(reviewer()), browser(acting(trader(), "steward")), browser(Actor(user=UserFactory()))):
        assert client.post(new_url(listing), {**FORM, "idempotency_key": "k"}).status_code == 403
    assert not Order.objects.exists()


def test_an_offer_whose_vat_treatment_has_ended_cannot_be_ordered():
    listing = listed()
    Listing.objects.filter(pk=listing.pk).update(vat_treatment="VAT7")

    page = browser(acting(trader(), "buyer")).get(new_url(listing))

    assert page.context["obstacle"]
    assert page.context["quote"] is None


# --- answering


def test_seller_reads_the_request_and_its_own_share():
    order = OrderFactory(use_description=NASTY)

    page = browser(acting(order.seller, "steward")).get(url(order, "accept"))

    text = page.content.decode()
    assert page.status_code == 200
    assert "2.156.000" in text
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


def test_accepting_leads_back_to_the_order(django_assert_max_num_queries):
    order = OrderFactory()
    client = browser(acting(order.seller, "steward"))

    with django_assert_max_num_queries(40):
        answer = client.post(url(order, "accept"))

    order.refresh_from_db()
    assert answer.headers["Location"] == f"/orders/{order.number}/"
    assert order.state == OrderState.ACCEPTED


def test_pressing_accept_twice_is_answered_with_409():
    order = OrderFactory()
    client = browser(acting(order.seller, "steward"))
    client.post(url(order, "accept"))

    assert client.post(url(order, "accept")).status_code == 409
    assert OrderEvent.objects.filter(action="accept").count() == 1


@pytest.mark.parametrize(("action", "side", "role"), [("decline", "seller", "steward"), ("withdraw", "buyer", "buyer")])
def test_ending_an_order_needs_a_reason(action, side, role):
    order = OrderFactory()
    client = browser(acting(getattr(order, side), role))

    empty = client.post(url(order, action), {"reason_code": "", "reason_text": ""})
    short = client.post(url(order, action), {"reason_code": "other", "reason_text": "ngắn"})
    order.refresh_from_db()
    assert (empty.status_code, short.status_code, order.state) == (422, 409, OrderState.REQUESTED)

    client.post(url(order, action), REASON)
    order.refresh_from_db()
    assert order.state in (OrderState.DECLINED, OrderState.WITHDRAWN)


@pytest.mark.parametrize("action", ["accept", "decline", "withdraw", "supplement"])
def test_strangers_and_visitors_do_not_learn_of_the_order(action):
    order = OrderFactory()

    assert browser(acting(trader())).get(url(order, action)).status_code == 404
    assert browser(acting(trader())).post(url(order, action), REASON).status_code == 404
    assert Client().get(url(order, action)).status_code == 302


@pytest.mark.parametrize("action", ["accept", "decline", "withdraw", "supplement"])
def test_people_of_the_order_without_the_right_get_403(action):
    order = OrderFactory()
    before = OrderEvent.objects.count()

    for actor in (reviewer(), acting(order.buyer, "finance"), acting(order.seller, "finance")):
        assert browser(actor).get(url(order, action)).status_code == 403
        assert browser(actor).post(url(order, action), REASON).status_code == 403
    assert OrderEvent.objects.count() == before


@pytest.mark.parametrize(
    ("action", "side", "role"),
    [("accept", "seller", "steward"), ("decline", "seller", "steward"), ("withdraw", "buyer", "buyer")],
)
def test_a_step_that_is_over_leads_back_to_the_order(action, side, role):
    order = OrderFactory(completed=True)
    client = browser(acting(getattr(order, side), role))

    assert client.get(url(order, action)).headers["Location"] == f"/orders/{order.number}/"
    assert client.post(url(order, action), REASON).status_code == 409
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED


def test_a_held_order_cannot_be_accepted():
    order = OrderFactory()
    HoldFactory(order=order)

    answer = browser(acting(order.seller, "steward")).post(url(order, "accept"))

    assert answer.status_code == 409
