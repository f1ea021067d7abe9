"""The order page: both sides and staff read it, strangers do not; it shows what the services accept, no more."""

import pytest
from django.urls import reverse

from accounts.access.models import StaffRole
from tests.factories.transactions import HoldFactory, OrderFactory, acting, staff, trader
from transactions.orders.states import FINAL_STATES

pytestmark = pytest.mark.django_db
STAGES = (
    "requested",
    "legality",
    "returned",
    "signing",
    "awaiting_payment",
    "delivering",
    "awaiting_acceptance",
    "completed",
    "cancelled",
)
# stage -> side and role -> addresses of the buttons shown
BUTTONS = {
    ("requested", "buyer", "buyer"): {"order-withdraw"},
    ("requested", "seller", "steward"): {"order-accept", "order-decline"},
    ("legality", "buyer", "buyer"): {"order-withdraw"},
    ("returned", "buyer", "buyer"): {"order-supplement", "order-withdraw"},
    ("signing", "buyer", "signatory"): {"contract-detail"},
    ("signing", "seller", "signatory"): {"contract-detail"},
    ("signing", "buyer", "buyer"): {"order-withdraw"},
    **{
        (stage, side, "signatory"): {"end-ask"}
        for stage in ("awaiting_payment", "delivering", "awaiting_acceptance")
        for side in ("buyer", "seller")
    },
    ("awaiting_acceptance", "seller", "steward"): {"dispute-open"},
    ("completed", "buyer", "buyer"): {"dispute-open"},
    ("completed", "seller", "steward"): {"dispute-open"},
    ("awaiting_payment", "buyer", "finance"): {"payment-detail"},
    ("awaiting_payment", "buyer", "buyer"): {"payment-detail"},
    ("awaiting_acceptance", "buyer", "buyer"): {"receipt-confirm", "dispute-open"},
}
NAMES = (
    "order-withdraw",
    "order-accept",
    "order-decline",
    "order-supplement",
    "payment-detail",
    "receipt-confirm",
    "dispute-open",
    "end-ask",
)


def page(client, order, actor):
    client.force_login(actor.user)
    return client.get(reverse("transactions:order-detail", args=[order.number]))


def buttons(answer, order) -> set[str]:
    text = answer.content.decode()
    panel = text.split('aria-labelledby="nx"')[1].split("</section>")[0] if 'aria-labelledby="nx"' in text else ""
    shown = {name for name in NAMES if f'href="{reverse(f"transactions:{name}", args=[order.number])}"' in panel}
    contract = reverse("transactions:contract-detail", args=[order.number])
    return shown | ({"contract-detail"} if f'href="{contract}"' in panel else set())


@pytest.mark.parametrize("stage", STAGES)
def test_every_role_sees_exactly_its_buttons_at_every_stage(client, stage):
    order = OrderFactory(**{stage: True})
    for side in ("buyer", "seller"):
        for role in ("owner", "steward", "buyer", "signatory", "finance"):
            answer = page(client, order, acting(getattr(order, side), role))
            assert answer.status_code == 200
            assert buttons(answer, order) == BUTTONS.get((stage, side, role), set()), (stage, side, role)


@pytest.mark.parametrize("role", StaffRole.values)
def test_staff_read_the_page_without_buttons_but_administrators_do_not(client, role):
    order = OrderFactory(requested=True)
    answer = page(client, order, staff(role))
    assert answer.status_code == (404 if role == StaffRole.ADMINISTRATOR else 200)
    assert buttons(answer, order) == set()


def test_strangers_and_visitors_do_not_see_an_order(client):
    order = OrderFactory(requested=True)
    address = reverse("transactions:order-detail", args=[order.number])
    assert client.get(address).status_code == 302
    assert page(client, order, acting(trader(), "buyer")).status_code == 404
    assert client.get(reverse("transactions:order-detail", args=["SDL2026999999X"])).status_code == 404


def test_a_held_order_says_so_and_offers_no_step_forward(client):
    order = OrderFactory(awaiting_acceptance=True)
    HoldFactory(order=order)
    answer = page(client, order, acting(order.buyer, "buyer"))
    assert buttons(answer, order) == set()
    assert "Cần xem xét thêm giao dịch này." in answer.content.decode()


def test_the_seller_sees_to_the_dong_what_is_due_and_the_buyer_does_not(client):
    order = OrderFactory(completed=True)
    assert "2.156.000" in page(client, order, acting(order.seller, "steward")).content.decode()
    assert "2.156.000" not in page(client, order, acting(order.buyer, "buyer")).content.decode()


def test_a_final_order_has_no_next_step(client):
    order = OrderFactory(completed=True)
    assert order.state in FINAL_STATES
    assert 'aria-labelledby="nx"' not in page(client, order, acting(order.buyer, "finance")).content.decode()


def test_the_list_shows_ones_own_orders_by_side(client):
    order, other = OrderFactory(requested=True), OrderFactory(requested=True)
    buyer = acting(order.buyer, "buyer")
    client.force_login(buyer.user)
    for side, sees in (("", True), ("buyer", True), ("seller", False)):
        text = client.get(reverse("transactions:order-list"), {"side": side}).content.decode()
        assert (order.number in text) is sees
        assert other.number not in text


def test_the_page_keeps_its_query_budget(client, django_assert_max_num_queries):
    order = OrderFactory(awaiting_acceptance=True)
    actor = acting(order.buyer, "buyer")
    client.force_login(actor.user)
    client.get(reverse("transactions:order-list"))
    with django_assert_max_num_queries(20):
        client.get(reverse("transactions:order-detail", args=[order.number]))


def test_the_payment_page_shows_code_sum_and_text_to_those_who_pay(client):
    order = OrderFactory(awaiting_payment=True)
    address = reverse("transactions:payment-detail", args=[order.number])
    client.force_login(acting(order.buyer, "finance").user)
    text = client.get(address).content.decode()
    assert order.number in text
    assert "2.200.000" in text
    for actor in (acting(order.buyer, "signatory"), acting(order.seller, "finance"), acting(trader(), "finance")):
        client.force_login(actor.user)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["receipt-confirm", "dispute-open"])
def test_posting_what_is_not_open_changes_nothing(client, name):
    order = OrderFactory(delivering=True)
    actor = acting(order.buyer, "buyer")
    client.force_login(actor.user)
    answer = client.post(
        reverse(f"transactions:{name}", args=[order.number]), {"reason_code": "content_differs", "text": "Sai số liệu."}
    )
    order.refresh_from_db()
    assert answer.status_code == 409
    assert order.state == "delivering"
    assert not order.is_frozen
