"""A concluded trade ends by both signatories or by the exchange; what was paid goes back, or nothing changes."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.transactions import (
    HoldFactory,
    OrderFactory,
    acting,
    disputed,
    funded,
    reviewer,
    staff,
    trader,
)
from tests.transactions.refusals import refused, traces
from transactions.delivery.models import Entitlement
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.orders.models import Order
from transactions.orders.states import CONCLUDED, OrderState
from transactions.terminations import policies, selectors, services
from transactions.terminations.models import EndRequest

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASON = {"reason_code": "other", "reason_text": "Hai bên không còn nhu cầu thực hiện."}


def asked(order: Order, side: str = "buyer") -> EndRequest:
    return services.ask_end(order_id=order.pk, actor=acting(getattr(order, side), "signatory"), **REASON)


@pytest.mark.parametrize("stage", CONCLUDED)
def test_both_signatories_end_a_trade_at_every_stage_and_the_payment_goes_back_whole(stage):
    is_paid = stage in ("paid", "delivering", "awaiting_acceptance")
    order = funded(**{stage: True}) if is_paid else OrderFactory(**{stage: True})
    asked(order)

    services.agree_end(order_id=order.pk, actor=acting(order.seller, "signatory"))

    order.refresh_from_db()
    assert (order.state, order.reason_code, order.reason_text) == ("terminated", "both_agree", REASON["reason_text"])
    assert balance(f"buyer:refundable:{order.buyer_id}") == (2_200_000 if is_paid else 0)
    assert (balance(f"escrow:{order.number}"), total()) == (0, 0)
    assert {one.state for one in Entitlement.objects.all()} <= {"revoked"}
    assert EndRequest.objects.get().answer == "agreed"


def test_a_free_trade_ends_and_access_with_it():
    order = funded(delivering=True, free=True)
    asked(order, "seller")

    services.agree_end(order_id=order.pk, actor=acting(order.buyer, "signatory"))

    order.refresh_from_db()
    assert (order.state, Entitlement.objects.get().state, Journal.objects.count()) == ("terminated", "revoked", 0)


def test_asking_stops_nothing_and_tells_the_other_side():
    order = funded(delivering=True)
    steward = acting(order.seller, "steward")

    asked(order)

    order.refresh_from_db()
    assert (order.state, order.is_frozen) == ("delivering", False)
    assert steward.user in {message.recipient for message in Message.objects.filter(kind="order.end_asked")}
    assert Entry.objects.get(kind="order.ask_end").object_ref == order.log_ref
    refused("already_asked", services.ask_end, order_id=order.pk, actor=acting(order.seller, "signatory"), **REASON)


def test_declining_needs_words_and_lets_the_trade_go_on():
    order = funded(delivering=True)
    asked(order)
    seller = acting(order.seller, "signatory")

    refused("reason_missing", services.decline_end, order_id=order.pk, text="Không.", actor=seller)
    services.decline_end(order_id=order.pk, text="Dữ liệu đã sẵn sàng bàn giao.", actor=seller)

    order.refresh_from_db()
    assert (order.state, EndRequest.objects.get().answer) == ("delivering", "declined")
    assert asked(order).side == "buyer"  # it may be asked again


def test_the_exchange_ends_a_paid_trade_and_the_payment_goes_back():
    order = funded(delivering=True)

    services.terminate_order(order_id=order.pk, actor=reviewer(), **REASON)

    order.refresh_from_db()
    assert (order.state, Entitlement.objects.get().state) == ("terminated", "revoked")
    assert balance(f"buyer:refundable:{order.buyer_id}") == 2_200_000
    assert [e.kind for e in Entry.objects.filter(object_ref=order.log_ref)] == ["order.refund", "payment.refund"]


def test_the_exchange_may_end_an_unpaid_contract():
    order = OrderFactory(awaiting_payment=True)

    services.terminate_order(order_id=order.pk, actor=reviewer(), **REASON)

    order.refresh_from_db()
    assert (order.state, Journal.objects.count()) == (OrderState.TERMINATED, 0)


def test_a_dispute_is_ended_by_its_own_ruling():
    dispute = disputed("mediation")

    refused("disputed", services.terminate_order, order_id=dispute.order_id, actor=reviewer(), **REASON)
    refused(
        "disputed",
        services.ask_end,
        order_id=dispute.order_id,
        actor=acting(dispute.order.buyer, "signatory"),
        **REASON,
    )


CALLS: dict[str, Callable[[Order, Actor], object]] = {
    "ask_end": lambda o, a: services.ask_end(order_id=o.pk, actor=a, **REASON),
    "agree_end": lambda o, a: services.agree_end(order_id=o.pk, actor=a),
    "decline_end": lambda o, a: services.decline_end(order_id=o.pk, text="Dữ liệu đã sẵn sàng.", actor=a),
    "withdraw_end": lambda o, a: services.withdraw_end(order_id=o.pk, actor=a),
}


def accepted(actor: Actor, order: Order) -> set[str]:
    done = set()
    for name, call in CALLS.items():
        with transaction.atomic():
            before = traces()
            try:
                call(order, actor)
                done.add(name)
            except (DomainError, PermissionDenied):
                assert traces() == before, name
            transaction.set_rollback(True)
    return done


def check(order: Order) -> dict[str, set[str]]:
    people = {
        "nobody": Actor(),
        "stranger": acting(trader()),
        **{f"buyer's {role}": acting(order.buyer, role) for role in MemberRole.values},
        **{f"seller's {role}": acting(order.seller, role) for role in MemberRole.values},
        **{role: staff(role) for role in StaffRole.values},
        "job": Actor.system("test"),
    }
    found = {}
    for name, actor in people.items():
        fresh = Order.objects.select_related("buyer", "seller").get(pk=order.pk)
        shown = policies.allowed_actions(actor, fresh, selectors.open_request(fresh), is_frozen=fresh.is_frozen)
        found[name] = accepted(actor, order)
        assert found[name] == set(shown), (order.state, name)
    return {name: actions for name, actions in found.items() if actions}


@pytest.mark.parametrize("stage", ["signing", "contracted", "delivering", "completed"])
def test_each_role_is_shown_exactly_what_the_services_accept(stage):
    order = funded(**{stage: True}) if stage in ("delivering", "completed") else OrderFactory(**{stage: True})

    expected = {"buyer's signatory": {"ask_end"}, "seller's signatory": {"ask_end"}} if stage in CONCLUDED else {}
    assert check(order) == expected


def test_each_role_while_a_request_waits_and_while_it_is_held():
    order = funded(delivering=True)
    asked(order)
    assert check(order) == {
        "buyer's signatory": {"withdraw_end"},
        "seller's signatory": {"agree_end", "decline_end"},
    }

    HoldFactory(order=order)

    assert check(order) == {"buyer's signatory": {"withdraw_end"}, "seller's signatory": {"decline_end"}}
