"""The buyer's supplement."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.transactions import USE, OrderFactory, acting
from transactions.orders.models import Order
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db


def page_of(order: Order) -> tuple[Client, str]:
    client = Client()
    client.force_login(acting(order.buyer, "buyer").user)
    return client, reverse("transactions:order-supplement", args=[order.number])


def form(order: Order, **change) -> dict:
    answers = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
    return {**answers, "text": "Đã bổ sung tên bộ phận.", "version": order.version, **change}


def test_page_shows_what_was_asked_and_what_was_said():
    order = OrderFactory(returned=True)
    client, url = page_of(order)

    page = client.get(url)

    text = page.content.decode()
    assert order.reason_text in text
    assert order.use_description in text
    assert page.context["asked"] == ["Dữ liệu được sử dụng thế nào"] or len(page.context["asked"]) == 1


def test_supplement_goes_back_to_the_check(django_assert_max_num_queries):
    order = OrderFactory(returned=True)
    client, url = page_of(order)

    with django_assert_max_num_queries(70):
        answer = client.post(url, form(order))

    order.refresh_from_db()
    assert answer.headers["Location"] == f"/orders/{order.number}/"
    assert (order.state, order.purpose) == (OrderState.LEGALITY_REVIEW, "research")
    assert order.supplement == "Đã bổ sung tên bộ phận."


def test_a_second_tab_is_refused_and_keeps_its_words():
    order = OrderFactory(returned=True)
    client, url = page_of(order)

    answer = client.post(url, form(order, version=order.version - 1, text="Nội dung ở thẻ thứ hai."))

    order.refresh_from_db()
    assert answer.status_code == 409
    assert "Nội dung ở thẻ thứ hai." in answer.content.decode()
    assert order.state == OrderState.RETURNED


def test_missing_words_are_asked_for():
    order = OrderFactory(returned=True)
    client, url = page_of(order)

    assert client.post(url, form(order, text="")).status_code == 422
