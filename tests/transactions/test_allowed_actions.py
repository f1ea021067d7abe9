"""For each state, role and action: what the policies show is exactly what the services accept."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.organisations.models import MemberRole
from exchange.common.errors import DomainError
from exchange.transparency.models import Entry
from tests.factories.accounts import PASSWORD
from tests.factories.transactions import USE, HoldFactory, OrderFactory, acting, funded, staff, trader
from transactions.compliance import selectors as compliance
from transactions.compliance import services as legality
from transactions.contracts import policies as contracts
from transactions.contracts.selectors import contract_of
from transactions.contracts.services import accept_contract
from transactions.orders import overlays, services
from transactions.orders import policies as orders
from transactions.orders.models import Order, OrderEvent
from transactions.orders.states import FINAL_STATES, HELD_IN_ESCROW, OrderState
from transactions.terminations.services import terminate_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASON = {"reason_code": "other", "reason_text": "Lý do đủ dài để đọc."}
ANSWERS = {"purpose": "research", "territory": "VN", "storage_place": "VN", "use_description": USE}
STAGES = {
    OrderState.REQUESTED: "requested",
    OrderState.ACCEPTED: "accepted",
    OrderState.LEGALITY_REVIEW: "legality",
    OrderState.RETURNED: "returned",
    OrderState.CLEARED: "cleared",
    OrderState.SIGNING: "signing",
    OrderState.CONTRACTED: "contracted",
    OrderState.AWAITING_PAYMENT: "awaiting_payment",
    OrderState.PAID: "paid",
    OrderState.DELIVERING: "delivering",
    OrderState.AWAITING_ACCEPTANCE: "awaiting_acceptance",
}
CALLS: dict[str, Callable[[Order, Actor], object]] = {
    "accept": lambda o, a: services.accept_order(order_id=o.pk, actor=a),
    "decline": lambda o, a: services.decline_order(order_id=o.pk, actor=a, **REASON),
    "withdraw": lambda o, a: services.withdraw_order(order_id=o.pk, actor=a, **REASON),
    "terminate": lambda o, a: terminate_order(order_id=o.pk, actor=a, **REASON),
    "hold": lambda o, a: overlays.hold_order(order_id=o.pk, actor=a, reason_text="Cần xem xét thêm."),
    "release": lambda o, a: overlays.release_hold(order_id=o.pk, actor=a, conclusion="Đã xem xét xong."),
    "take": lambda o, a: legality.take(order_id=o.pk, actor=a),
    "clear": lambda o, a: legality.clear(order_id=o.pk, cleared_rules=[], text="Đã xem xét xong.", actor=a),
    "return": lambda o, a: legality.return_(order_id=o.pk, fields=["purpose"], actor=a, **REASON),
    "refuse": lambda o, a: legality.refuse(order_id=o.pk, article="DL-42.3", actor=a, **REASON),
    "supplement": lambda o, a: legality.supplement(order_id=o.pk, answers=ANSWERS, text="Đã bổ sung đủ.", actor=a),
    "accept_contract": lambda o, a: accept_contract(
        order_id=o.pk, digest=o.contract.digest if hasattr(o, "contract") else "", password=PASSWORD, actor=a
    ),
}


def shown(actor: Actor, order: Order) -> set[str]:
    """What pages offer; a proposal to clear is made by the same call as the clearing."""
    of_check = {"clear" if name == "propose" else name for name in compliance.allowed_actions(actor, order)}
    of_contract = contracts.allowed_actions(actor, order, contract_of(order))
    return {*orders.allowed_actions(actor, order), *of_check, *of_contract}


def accepted(actor: Actor, order: Order) -> set[str]:
    """What the services do; a refusal must leave no event and no leaf."""
    done = set()
    before = (OrderEvent.objects.count(), Entry.objects.count())  # every call is taken back, so each begins from here
    for name, call in CALLS.items():
        with transaction.atomic():
            fresh = Order.objects.get(pk=order.pk)
            try:
                call(fresh, actor)
                done.add(name)
            except (DomainError, PermissionDenied):
                assert (OrderEvent.objects.count(), Entry.objects.count()) == before, name
            transaction.set_rollback(True)
    return done


def people(order: Order) -> dict[str, Actor]:
    return {
        "nobody": Actor(),
        "stranger": acting(trader()),
        **{f"buyer's {role}": acting(order.buyer, role) for role in MemberRole.values},
        **{f"seller's {role}": acting(order.seller, role) for role in MemberRole.values},
        **{role: staff(role) for role in StaffRole.values},
        "job": Actor.system("test"),
    }


def evaluated(order: Order) -> Order:
    """An order under check has an evaluation."""
    if order.state == OrderState.LEGALITY_REVIEW:
        legality._evaluate(order, Actor.system("test"))
    return order


def check(order: Order) -> dict[str, set[str]]:
    found = {}
    for name, actor in people(order).items():
        done = accepted(actor, order)
        assert done == shown(actor, order), (order.state, name)
        found[name] = done
    return {name: actions for name, actions in found.items() if actions}


@pytest.mark.parametrize("state", STAGES)
def test_each_role_is_shown_exactly_what_the_services_accept(state):
    made = funded if state in HELD_IN_ESCROW else OrderFactory  # ending a paid trade pays back

    assert check(evaluated(made(**{STAGES[state]: True})))


@pytest.mark.parametrize(
    "state", [OrderState.REQUESTED, OrderState.LEGALITY_REVIEW, OrderState.SIGNING, OrderState.AWAITING_PAYMENT]
)
def test_the_same_while_a_supervisors_hold_lies_on_the_order(state):
    order = evaluated(OrderFactory(**{STAGES[state]: True}))
    HoldFactory(order=order)

    found = check(order)

    everything = set().union(*found.values())
    assert "release" in found["operator_reviewer"]
    assert not everything & {"accept", "clear", "accept_contract"}


@pytest.mark.parametrize("state", FINAL_STATES)
def test_nothing_is_left_after_an_end(state):
    order = OrderFactory(completed=True)
    Order.objects.filter(pk=order.pk).update(state=state)
    order.refresh_from_db()

    assert check(order) == {}


def test_who_may_do_what_at_the_main_stages():
    assert check(OrderFactory(requested=True)) == {
        "buyer's buyer": {"withdraw"},
        "seller's steward": {"accept", "decline"},
        "operator_reviewer": {"hold"},
        "supervisor": {"hold"},
    }
    assert check(OrderFactory(signing=True)) == {
        "buyer's buyer": {"withdraw"},
        "buyer's signatory": {"accept_contract"},
        "seller's signatory": {"accept_contract"},
        "operator_reviewer": {"hold"},
        "supervisor": {"hold"},
    }
    assert check(evaluated(OrderFactory(legality=True)))["operator_reviewer"] == {
        "hold",
        "take",
        "clear",
        "return",
        "refuse",
    }
