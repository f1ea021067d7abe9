"""Whatever a dispute or an early end does with money, the invariants of the books hold."""

import pytest

from accounts.access.actor import Actor
from exchange.common.clock import now
from tests.factories.transactions import OrderFactory, acting, disputed, reviewer, verdict
from transactions.disputes import services
from transactions.invariants.checks import breaches
from transactions.orders.services import move
from transactions.payments.services import BankCredit, receive_transfer, settle
from transactions.terminations.services import terminate_order

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BANK = Actor.system("bank")
STEPS = ("deliver", "hand_over", "complete")


def paid(steps: int):
    """An order paid through the bank's report and taken some steps further, with the leaves a real one has."""
    order = OrderFactory(contracted=True)
    move(order, "ask_payment", actor=BANK)
    credit = BankCredit("FT1", order.total, "VND", "0000000000", order.number, now(), "0" * 64)
    receive_transfer(credit, actor=BANK)
    order.refresh_from_db()
    for action in STEPS[:steps]:
        move(order, action, actor=BANK)
    if steps == len(STEPS):
        settle(order, actor=BANK)
    return order


@pytest.mark.parametrize("steps", [2, 3])
@pytest.mark.parametrize("outcome", ["buyer", "seller", "split"])
def test_the_books_hold_before_and_after_a_ruling_is_carried_out(steps, outcome):
    order = paid(steps)
    dispute = disputed("mediation", order=order)
    services.decide(dispute_id=dispute.pk, verdict=verdict(outcome), actor=reviewer())
    assert breaches() == []
    ruling = dispute.rulings.get().number

    for side in ("buyer", "seller"):
        actor = acting(getattr(order, side), "signatory")
        services.respond(dispute_id=dispute.pk, ruling=ruling, is_accepted=True, actor=actor)

    dispute.refresh_from_db()
    assert (dispute.state, dispute.outcome) == ("closed", outcome)
    assert breaches() == []


@pytest.mark.parametrize("steps", [0, 1, 2])
def test_the_books_hold_after_the_exchange_ended_a_paid_trade(steps):
    order = paid(steps)

    terminate_order(
        order_id=order.pk, reason_code="other", reason_text="Chấm dứt theo yêu cầu của hai bên.", actor=reviewer()
    )

    order.refresh_from_db()
    assert order.state == "terminated"
    assert breaches() == []
