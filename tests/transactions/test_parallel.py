"""Two threads press the same button at the same moment: one effect."""

import itertools
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from accounts.access.actor import Actor
from exchange.common.errors import DomainError
from exchange.transparency.models import Entry
from tests.factories.accounts import PASSWORD
from tests.factories.transactions import USE, OrderFactory, acting, days_ago, listed, reviewer, trader
from transactions.compliance import services as legality
from transactions.compliance.models import LegalityDecision
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.contracts.services import accept_contract, draw_up
from transactions.orders import clocks, services
from transactions.orders.models import Order, OrderEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SYSTEM = Actor.system("test")


def together(*calls: Callable[[], object]) -> list[object]:
    """Results of calls that begin at the same moment, each on its own connection; refusals are results too."""
    gate, results = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=30)
            results.append(call())
        except DomainError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert len(results) == len(calls)
    return results


def test_a_double_click_makes_one_order():
    listing, actor = listed(), acting(trader(), "buyer")
    answers = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}

    def click() -> int:
        return services.request_order(listing_id=listing.pk, idempotency_key="one", actor=actor, **answers).pk

    results = together(click, click)

    assert results[0] == results[1]
    assert (Order.objects.count(), OrderEvent.objects.count(), Entry.objects.count()) == (1, 1, 1)


def test_two_acceptances_freeze_the_figures_once():
    order = OrderFactory()
    actor = acting(order.seller, "steward")

    results = together(*[lambda: services.accept_order(order_id=order.pk, actor=actor).state] * 2)

    assert sorted(results) == ["accepted", "illegal_move"]
    assert OrderEvent.objects.filter(action="accept").count() == 1


def test_acceptance_and_withdrawal_have_one_winner():
    order = OrderFactory()
    buyer, seller = acting(order.buyer, "buyer"), acting(order.seller, "steward")
    reason = {"reason_code": "other", "reason_text": "Không còn nhu cầu nữa."}

    together(
        lambda: services.accept_order(order_id=order.pk, actor=seller).state,
        lambda: services.withdraw_order(order_id=order.pk, actor=buyer, **reason).state,
    )

    path = list(order.events.order_by("pk").values_list("before", "after"))
    assert all(one[1] == two[0] for one, two in itertools.pairwise(path))
    order.refresh_from_db()
    assert path[-1][1] == order.state == "withdrawn"


def test_two_screenings_decide_once():
    order = OrderFactory(accepted=True)

    together(*[lambda: legality.screen(order_id=order.pk, actor=SYSTEM).state] * 2)

    order.refresh_from_db()
    assert order.state == "cleared"
    assert LegalityDecision.objects.count() == 1


def test_two_reviewers_clear_once():
    order = OrderFactory(legality=True)
    one, two = reviewer(), reviewer()
    _evaluated(order)

    results = together(
        *[
            lambda actor=actor: legality.clear(order_id=order.pk, cleared_rules=[], text="", actor=actor).verdict
            for actor in (one, two)
        ]
    )

    assert sorted(results) == ["clear", "illegal_move"]
    assert LegalityDecision.objects.count() == 1


def _evaluated(order: Order) -> None:
    with transaction.atomic():
        legality._evaluate(order, SYSTEM)


def test_two_runs_of_the_job_draw_up_one_contract():
    order = OrderFactory(cleared=True)

    together(*[lambda: draw_up(order_id=order.pk, actor=SYSTEM).state] * 2)

    assert Contract.objects.count() == 1


def test_two_signatories_of_one_side_confirm_once():
    order = OrderFactory(signing=True)
    given = {"order_id": order.pk, "digest": order.contract.digest, "password": PASSWORD}

    results = together(
        *[
            lambda actor=actor: accept_contract(actor=actor, **given).side
            for actor in (acting(order.buyer, "signatory"), acting(order.buyer, "signatory"))
        ]
    )

    assert sorted(results) == ["already_accepted", "buyer"]


def test_both_sides_at_once_conclude_once():
    order = OrderFactory(signing=True)
    given = {"order_id": order.pk, "digest": order.contract.digest, "password": PASSWORD}

    results = together(
        *[
            lambda actor=actor: accept_contract(actor=actor, **given).side
            for actor in (acting(order.buyer, "signatory"), acting(order.seller, "signatory"))
        ]
    )

    order.refresh_from_db()
    assert sorted(results) == ["buyer", "seller"]
    assert order.state == "contracted"
    assert OrderEvent.objects.filter(action="conclude").count() == 1


def test_the_last_exclusive_right_goes_to_one_buyer():
    listing = listed(is_exclusive=True)
    orders = [OrderFactory(listing=listing, signing=True) for _ in range(2)]
    for order in orders:
        accept_contract(
            order_id=order.pk, digest=order.contract.digest, password=PASSWORD, actor=acting(order.buyer, "signatory")
        )

    results = together(
        *[
            lambda order=order, actor=actor: (
                accept_contract(order_id=order.pk, digest=order.contract.digest, password=PASSWORD, actor=actor).side
            )
            for order, actor in [(order, acting(order.seller, "signatory")) for order in orders]
        ]
    )

    assert sorted(results) == ["exclusive_right", "seller"]
    assert Order.objects.filter(state="contracted").count() == 1
    assert ContractAcceptance.objects.filter(side="seller").count() == 1


def test_two_clocks_lapse_once():
    order = days_ago(OrderFactory(requested=True), 60)

    results = together(*[lambda: clocks.act_on(order_id=order.pk, actor=SYSTEM)] * 2)

    assert sorted(results) == [False, True]
    assert OrderEvent.objects.filter(action="lapse").count() == 1
