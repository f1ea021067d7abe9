"""Pages of an order from the first form to the contract, for each side, in a real browser."""

import os
from pathlib import Path

import pytest

from accounts.access.actor import Actor
from tests.browser.looking import look, sign_in, window
from tests.factories.accounts import PASSWORD
from tests.factories.transactions import OrderFactory, acting, listed, trader
from transactions.orders.models import Order

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (360, 1280)
SHOTS = os.environ.get("EXCHANGE_SHOTS", "")  # a folder for pictures, when somebody wants to look


def walk(live_server, browser, actor: Actor, paths: list[str], *, dark: bool = False) -> dict[str, list[str]]:
    """Faults of pages as one person sees them, at both widths and in both languages."""
    faults: dict[str, list[str]] = {}
    for width in WIDTHS:
        context = window(browser, width=width, dark=dark)
        tab = context.new_page()
        sign_in(tab, live_server.url, actor.user.email, PASSWORD)
        for path in [prefix + path for path in paths for prefix in ("", "/en")]:
            seen = look(tab, live_server.url + path)
            if SHOTS:
                tab.screenshot(path=str(Path(SHOTS) / f"{width}{path.replace('/', '-')}.png"), full_page=True)
            if seen.faults or seen.status != 200:
                faults[f"{width} {path} {seen.status}"] = seen.faults
        context.close()
    return faults


def of(order: Order, step: str) -> str:
    return f"/orders/{order.number}/{step}/"


def test_order_form_is_clean(live_server, browser):
    number = listed().revision.asset.number

    assert walk(live_server, browser, acting(trader(), "buyer"), [f"/datasets/{number}/order/"]) == {}


def test_pages_of_the_seller_are_clean(live_server, browser):
    order = OrderFactory()

    assert walk(live_server, browser, acting(order.seller), [of(order, "accept"), of(order, "decline")]) == {}


def test_pages_of_the_buyer_are_clean(live_server, browser):
    order = OrderFactory(returned=True)

    assert walk(live_server, browser, acting(order.buyer), [of(order, "supplement"), of(order, "withdraw")]) == {}


def test_contract_is_clean_in_light_and_dark(live_server, browser):
    order = OrderFactory(signing=True)
    actor = acting(order.buyer, "signatory")

    assert walk(live_server, browser, actor, [of(order, "contract")]) == {}
    assert walk(live_server, browser, actor, [of(order, "contract")], dark=True) == {}


def test_signatory_confirms_without_scripts(live_server, browser):
    order = OrderFactory(signing=True)
    context = window(browser, width=360, scripts=False)
    page = context.new_page()
    sign_in(page, live_server.url, acting(order.buyer, "signatory").user.email, PASSWORD)
    page.goto(live_server.url + of(order, "contract"))

    page.check("[name=has_read]")
    page.check("[name=has_power]")
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.big")

    assert page.url == f"{live_server.url}/orders/{order.number}/"
    assert order.contract.acceptances.count() == 1
    context.close()
