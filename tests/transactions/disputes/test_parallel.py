"""Both sides press at the same moment: one ending, one booking, never two."""

import pytest

from tests.factories.transactions import CLAIM, WORDS, acting, disputed, funded, reviewer, verdict
from tests.transactions.test_parallel import together
from transactions.delivery.services import confirm_receipt
from transactions.disputes import services
from transactions.disputes.models import Dispute, Ruling
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance, total
from transactions.terminations.services import agree_end, ask_end, terminate_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
REASON = {"reason_code": "other", "reason_text": "Hai bên không còn nhu cầu thực hiện."}


def test_both_signatories_accept_at_once_and_the_money_moves_once():
    dispute = disputed("proposed")
    ruling = dispute.rulings.get().number
    people = [acting(getattr(dispute.order, side), "signatory") for side in ("buyer", "seller")]

    together(
        *[
            lambda actor=actor: (
                services.respond(dispute_id=dispute.pk, ruling=ruling, is_accepted=True, actor=actor).state
            )
            for actor in people
        ]
    )

    assert Dispute.objects.get().state == "closed"
    assert Journal.objects.filter(kind="refund").count() == 1
    assert (balance(f"buyer:refundable:{dispute.order.buyer_id}"), total()) == (550_000, 0)


def test_confirming_and_complaining_have_one_winner():
    order = funded()
    confirming, complaining = acting(order.buyer, "buyer"), acting(order.seller, "steward")

    together(
        lambda: confirm_receipt(order_id=order.pk, actor=confirming).state,
        lambda: (
            services.open_dispute(order_id=order.pk, reason_code=CLAIM["seller"], text=WORDS, actor=complaining).state
        ),
    )

    order.refresh_from_db()
    settled = Journal.objects.filter(kind="settle").count()
    # a completed trade can still be disputed, a disputed one cannot be completed
    assert (order.state, settled) in (("completed", 1), ("awaiting_acceptance", 0))
    assert order.is_disputed


def test_two_reviewers_decide_once():
    dispute = disputed("mediation")

    results = together(
        *[
            lambda actor=actor: services.decide(dispute_id=dispute.pk, verdict=verdict(), actor=actor).kind
            for actor in (reviewer(), reviewer())
        ]
    )

    assert sorted(results) == ["decision", "illegal_move"]
    assert Ruling.objects.count() == 1


def test_agreeing_and_ending_by_the_exchange_pay_back_once():
    order = funded(delivering=True)
    ask_end(order_id=order.pk, actor=acting(order.buyer, "signatory"), **REASON)
    seller, officer = acting(order.seller, "signatory"), reviewer()

    together(
        lambda: agree_end(order_id=order.pk, actor=seller).state,
        lambda: terminate_order(order_id=order.pk, actor=officer, **REASON).state,
    )

    order.refresh_from_db()
    assert order.state == "terminated"
    assert Journal.objects.filter(kind="refund").count() == 1
    assert balance(f"buyer:refundable:{order.buyer_id}") == 2_200_000
