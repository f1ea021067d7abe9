"""Pages that end a concluded trade: asked on one, answered on another; the rest is refused."""

import pytest
from django.urls import reverse

from tests.factories.transactions import acting, funded, reviewer, trader
from transactions.terminations.models import EndRequest

pytestmark = pytest.mark.django_db
REASON = {"reason_code": "other", "reason_text": "Hai bên không còn nhu cầu thực hiện."}


def address(name, order):
    return reverse(f"transactions:{name}", args=[order.number])


def test_a_trade_is_ended_on_the_pages_of_both_sides(client):
    order = funded(delivering=True)
    client.force_login(acting(order.buyer, "signatory").user)
    assert address("end-ask", order) in client.get(order.get_absolute_url()).content.decode()
    assert client.get(address("end-ask", order)).status_code == 200

    answer = client.post(address("end-ask", order), REASON)

    assert answer["Location"] == order.get_absolute_url()
    client.force_login(acting(order.seller, "signatory").user)
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Bên mua đề nghị chấm dứt giao dịch" in page
    assert address("end-answer", order) in page
    assert REASON["reason_text"] in client.get(address("end-answer", order)).content.decode()
    client.post(address("end-answer", order), {"answer": "agree"})
    order.refresh_from_db()
    assert order.state == "terminated"


def test_a_request_is_withdrawn_by_its_own_side_only(client):
    order = funded(delivering=True)
    client.force_login(acting(order.buyer, "signatory").user)
    client.post(address("end-ask", order), REASON)

    client.force_login(acting(order.seller, "signatory").user)
    assert client.post(address("end-withdraw", order)).status_code == 409
    client.force_login(acting(order.buyer, "signatory").user)
    assert client.post(address("end-withdraw", order)).status_code == 302

    assert EndRequest.objects.get().answer == "withdrawn"


@pytest.mark.parametrize("name", ["end-ask", "end-answer", "end-withdraw"])
def test_strangers_and_other_roles_change_nothing(client, name):
    order = funded(delivering=True)
    for actor, status in (
        (acting(trader(), "signatory"), 404),
        (acting(order.buyer, "buyer", "owner"), 403),
        (reviewer(), 403),
    ):
        client.force_login(actor.user)
        assert client.post(address(name, order), REASON | {"answer": "agree"}).status_code == status

    order.refresh_from_db()
    assert (order.state, EndRequest.objects.count()) == ("delivering", 0)
