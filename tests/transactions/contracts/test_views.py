"""The page of a contract."""

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse

from accounts.access.actor import Actor
from tests.factories.accounts import PASSWORD
from tests.factories.transactions import OrderFactory, acting, reviewer, staff, trader
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.orders.models import Order
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(actor.user)
    return client


def url(order: Order) -> str:
    return reverse("transactions:contract-detail", args=[order.number])


def form(order: Order, **change) -> dict:
    given = {"has_read": "on", "has_power": "on", "password": PASSWORD, "digest": order.contract.digest}
    return {**given, **change}


def test_both_sides_and_staff_read_the_contract(django_assert_max_num_queries):
    order = OrderFactory(signing=True)

    for actor in (acting(order.buyer, "buyer"), acting(order.seller, "finance"), reviewer(), staff("supervisor")):
        client = browser(actor)
        with django_assert_max_num_queries(12):
            page = client.get(url(order))
        text = page.content.decode()
        assert page.status_code == 200
        assert order.number in text
        assert order.contract.digest in text
        assert 'name="password"' not in text


def test_signatories_get_the_form_with_the_digest_of_what_they_read():
    order = OrderFactory(signing=True)

    page = browser(acting(order.buyer, "signatory")).get(url(order))

    text = page.content.decode()
    assert 'name="password"' in text
    assert f'value="{order.contract.digest}"' in text
    assert order.buyer.name_vi in str(page.context["form"].fields["has_power"].label)
    assert "checked" not in text.split("<form", 2)[-1]


def test_strangers_and_visitors_do_not_learn_of_the_contract():
    order = OrderFactory(signing=True)

    assert browser(acting(trader(), "signatory")).get(url(order)).status_code == 404
    assert browser(acting(trader(), "signatory")).post(url(order), form(order)).status_code == 404
    assert Client().get(url(order)).status_code == 302


def test_an_order_without_contract_has_no_page():
    order = OrderFactory(legality=True)

    assert browser(acting(order.buyer, "signatory")).get(url(order)).status_code == 404


def test_both_confirmations_conclude(django_assert_max_num_queries):
    order = OrderFactory(signing=True)

    for side in (order.buyer, order.seller):
        client = browser(acting(side, "signatory"))
        with django_assert_max_num_queries(46):
            answer = client.post(url(order), form(order))
        assert answer.headers["Location"] == f"/orders/{order.number}/"

    order.refresh_from_db()
    assert order.state == OrderState.CONTRACTED


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"password": "sai"}, 409),
        ({"digest": "0" * 64}, 409),
        ({"has_read": ""}, 422),
        ({"has_power": ""}, 422),
        ({"password": ""}, 422),
    ],
)
def test_nothing_is_confirmed_by_halves(change, status):
    order = OrderFactory(signing=True)

    page = browser(acting(order.buyer, "signatory")).post(url(order), form(order, **change))

    assert page.status_code == status
    assert PASSWORD not in page.content.decode()
    assert not ContractAcceptance.objects.exists()


def test_only_signatories_may_post():
    order = OrderFactory(signing=True)

    for actor in (reviewer(), acting(order.buyer, "owner", "buyer"), acting(order.seller, "steward")):
        assert browser(actor).post(url(order), form(order)).status_code == 403
        assert browser(actor).post(url(order), form(order, has_read="")).status_code == 403, "nothing is judged"
    assert not ContractAcceptance.objects.exists()


def test_pressing_twice_confirms_once():
    order = OrderFactory(signing=True)
    client = browser(acting(order.buyer, "signatory"))
    client.post(url(order), form(order))

    assert client.post(url(order), form(order)).status_code == 409
    assert ContractAcceptance.objects.count() == 1


def test_a_changed_byte_is_told_on_the_page():
    order = OrderFactory(contracted=True)
    client = browser(acting(order.buyer, "buyer"))
    assert client.get(url(order)).context["is_intact"]

    with pgtrigger.ignore("transactions.Contract:contract_frozen"):  # noqa: TID251 - plays who tampers at the database
        Contract.objects.filter(order=order).update(text_vi=order.contract.text_vi.replace("2.200.000", "2.200.001"))
    page = client.get(url(order))

    assert not page.context["is_intact"]
    assert "note err" in page.content.decode()


def test_english_page_shows_the_translation():
    order = OrderFactory(contracted=True)

    page = browser(acting(order.buyer, "buyer")).get("/en" + url(order))

    text = page.content.decode()
    assert "is not a digital signature" in text
    assert page.context["translated"]


def test_what_the_buyer_typed_is_escaped():
    order = OrderFactory(contracted=True, use_description="<img src=x onerror=alert(1)> dùng cho nghiên cứu nội bộ")

    text = browser(acting(order.seller, "steward")).get(url(order)).content.decode()

    assert "<img src=x" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
