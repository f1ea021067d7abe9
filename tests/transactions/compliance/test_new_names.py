"""A participant's new name: one the exchange verified stops no trade, any other does."""

import datetime as dt

import pytest

from accounts.organisations.models import Organisation
from exchange.common.clock import now
from exchange.rules.models import Evaluation
from tests.factories.accounts import VerificationCaseFactory
from tests.factories.transactions import OrderFactory, jointly_listed, listed
from tests.transactions.compliance.steps import SYSTEM
from transactions.compliance import services
from transactions.contracts.text import annex
from transactions.orders.models import Order
from transactions.orders.owners import names_of
from transactions.orders.states import OrderState

pytestmark = pytest.mark.django_db
NEW = {"name_vi": "Công ty Tên Mới", "name_en": "New Name Company"}


def renamed(organisation: Organisation, *, verified: bool = True, before: dt.timedelta = dt.timedelta()) -> None:
    """The participant is called otherwise; `before` is how long ago the exchange decided so."""
    if verified:
        decided = {"verified": True, "decided_at": now() - before, "submitted_at": now() - before}
        VerificationCaseFactory(organisation=organisation, proposal={"name_vi": NEW["name_vi"]}, **decided)
    Organisation.objects.filter(pk=organisation.pk).update(**NEW)


def screened(order: Order) -> dict[str, str]:
    """What the rules say of an order."""
    services.screen(order_id=order.pk, actor=SYSTEM)
    return {row["rule"]: row["verdict"] for row in Evaluation.objects.get().findings}


def test_a_verified_new_name_of_the_seller_lets_an_earlier_order_go_on_under_the_name_it_was_placed_with():
    order = OrderFactory(accepted=True)
    old = order.seller.name_vi
    renamed(order.seller)

    assert screened(order)["R54"] == "PASS"

    order.refresh_from_db()
    assert order.state == OrderState.CLEARED
    assert order.snapshot["parties"]["seller"]["name_vi"] == old


def test_an_order_placed_after_the_new_name_bears_it():
    listing = listed()
    renamed(listing.revision.asset.owner)
    listing = type(listing).objects.get(pk=listing.pk)

    order = OrderFactory(accepted=True, listing=listing)

    assert screened(order)["R54"] == "PASS"
    assert order.snapshot["parties"]["seller"]["name_vi"] == NEW["name_vi"]


@pytest.mark.parametrize(
    "how",
    [{"verified": False}, {"before": dt.timedelta(days=3000)}],
    ids=["by no decision", "by a decision older than the approval"],
)
def test_a_name_changed_in_another_way_bars_the_trade(how):
    order = OrderFactory(accepted=True)
    renamed(order.seller, **how)

    assert screened(order)["R54"] == "BLOCK"


def test_a_new_english_name_alone_changes_no_terms():
    order = OrderFactory(accepted=True)
    Organisation.objects.filter(pk=order.seller_id).update(name_en="Another Translation")

    assert screened(order)["R54"] == "PASS"


def test_owners_with_a_verified_new_name_keep_their_approved_shares_and_are_named_as_today():
    listing = jointly_listed(4000)
    other = listing.owners.current().last().organisation
    renamed(other)
    listing = type(listing).objects.get(pk=listing.pk)

    order = OrderFactory(accepted=True, listing=listing)

    found = screened(order)
    assert (found["R54"], found["R59"]) == ("PASS", "PASS")
    assert [one["name_vi"] for one in names_of(order)] == [order.seller.name_vi, NEW["name_vi"]]
    for language, name in (("vi", NEW["name_vi"]), ("en", NEW["name_en"])):
        figures = {"price": 0, "vat": 0, "total": 0}
        text = annex(order.snapshot, order.number, "", figures, language=language, label=lambda *words: "")
        assert name in text


def test_an_owner_called_otherwise_without_a_decision_bars_the_trade():
    order = OrderFactory(accepted=True, listing=jointly_listed(4000))
    renamed(order.listing.owners.current().last().organisation, verified=False)

    found = screened(order)

    assert (found["R54"], found["R59"]) == ("BLOCK", "BLOCK")
