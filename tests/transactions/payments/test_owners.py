"""A payment shared by several owners: split to the dong, given back by each, told to each by its own part."""

import pytest

from accounts.access.actor import Actor
from accounts.organisations.models import ParticipantState
from exchange.common.errors import DomainError
from exchange.notifications.models import Message
from exchange.rules.selectors import latest_evaluation
from tests.factories.accounts import MembershipFactory
from tests.factories.transactions import OrderFactory, acting, jointly_listed, reviewer, staff, trader
from tests.transactions.payments.test_refunds import REASON
from transactions.compliance.selectors import is_interested
from transactions.compliance.services import clear, screen
from transactions.invariants.checks import breaches
from transactions.ledger import flows
from transactions.ledger.selectors import balance, left_of_settlement, total
from transactions.ledger.services import post
from transactions.orders.models import Order
from transactions.orders.overlays import release_hold
from transactions.orders.owners import split_of, weights
from transactions.orders.services import accept_order, request_order
from transactions.payments.refunds import correct_refund, refund_order
from transactions.payments.services import ask_payment, settle
from transactions.payouts.selectors import due

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("clock")


def paid(*shares, **stage):
    """A paid order of an offer that other owners share in."""
    order = OrderFactory(listing=jointly_listed(*shares), **(stage or {"completed": True}))
    legs = {"bank:escrow": -order.total, f"escrow:{order.number}": order.total}
    post(f"payment:{order.number}", "payment", legs, order_number=order.number, actor=SYSTEM)
    return order


def payables(order):
    return {key: balance(f"seller:payable:{key}") for key in sorted(weights(order))}


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (2_156_000, [3_334, 3_333, 3_333], [718_810, 718_595, 718_595]),
        (1, [3_334, 3_333, 3_333], [1, 0, 0]),
        (1, [3_333, 3_333, 3_334], [0, 0, 1]),
        (2, [5_000, 2_500, 2_500], [1, 1, 0]),
        (100, [3_333, 3_333, 3_334], [33, 33, 34]),
        (10, [9_999, 1], [10, 0]),
        (999_999_999_999, [1, 9_999], [100_000_000, 999_899_999_999]),
    ],
)
def test_awkward_shares_come_to_the_whole(amount, shares, parts):
    legs = flows.parts_of(amount, 7, 1, dict(enumerate(shares, start=1)))

    assert list(flows.by_owner(legs).values()) == parts
    assert sum(legs.values()) == amount + 8


def test_the_seller_freezes_the_approved_shares_with_the_figures():
    listing = jointly_listed(3_333, 3_333)
    order = OrderFactory(listing=listing, frozen=False)

    accept_order(order_id=order.pk, actor=acting(listing.revision.asset.owner, "steward"))

    order.refresh_from_db()
    seller, *others = listing.owners.current()
    assert order.quote["owners"] == [
        [seller.organisation_id, 3_334],
        [others[0].organisation_id, 3_333],
        [others[1].organisation_id, 3_333],
    ]
    assert "3334" not in str(order.snapshot["offers"])
    assert [one["name_vi"] for one in order.snapshot["offers"][0]["owners"]] == [
        row.organisation.name_vi for row in (seller, *others)
    ]


def test_a_sale_is_shared_out_to_the_dong_and_each_owner_is_told_its_own_part():
    order = paid(3_333, 3_333)
    people = {key: MembershipFactory(organisation_id=key, roles=["finance"]).user_id for key in weights(order)}

    settle(order, actor=SYSTEM)

    parts = {part.owner.pk: part.amount for part in split_of(order)}
    assert sum(parts.values()) == order.seller_share == 2_156_000
    assert payables(order) == parts
    assert sorted(parts.values()) == [718_595, 718_595, 718_810]
    for key, person in people.items():
        message = Message.objects.get(kind="payment.settled", recipient=person)
        assert message.context == {"number": order.number, "amount": parts[key]}
        assert message.url == (order.get_absolute_url() if key == order.seller_id else "/earnings/")
    assert (balance(f"escrow:{order.number}"), total()) == (0, 0)


def test_partial_refunds_take_the_same_portion_of_each_and_the_last_one_the_rest():
    order = paid(3_333, 3_333)
    settle(order, actor=SYSTEM)
    before = payables(order)
    taken = []
    for number, amount in enumerate((1, 777_777, None), start=1):
        refund_order(order_id=order.pk, amount=amount, actor=reviewer(), reference=f"r{number}", **REASON)
        taken.append(payables(order))

    assert sum(before.values()) == 2_156_000
    assert sum(taken[0].values()) == 2_155_999  # the one dong comes from the largest remainder: an owner
    assert sorted(taken[1].values()) == [464_546, 464_546, 464_685]
    assert set(taken[2].values()) == {0}
    assert left_of_settlement(order.number) == {}
    assert balance(f"buyer:refundable:{order.buyer_id}") == 2_200_000
    assert (balance("fee:income"), balance("vat:payable"), total()) == (0, 0, 0)


def test_a_refund_before_settlement_leaves_the_rest_to_the_owners_pro_rata():
    order = paid(5_000, awaiting_acceptance=True)

    refund_order(order_id=order.pk, amount=550_000, actor=reviewer(), **REASON)

    assert set(payables(order).values()) == {808_500}
    assert balance(f"buyer:refundable:{order.buyer_id}") == 550_000
    assert total() == 0


def test_an_owner_that_was_paid_out_owes_its_own_part_alone_and_a_correction_undoes_it():
    order = paid(5_000)
    settle(order, actor=SYSTEM)
    other = next(key for key in weights(order) if key != order.seller_id)
    post("out", "payout", {f"seller:payable:{other}": -1_078_000, "payout:clearing": 1_078_000}, actor=SYSTEM)

    journal = refund_order(order_id=order.pk, amount=None, actor=reviewer(), **REASON)

    assert balance(f"seller:receivable:{other}") == -1_078_000
    assert balance(f"seller:receivable:{order.seller_id}") == 0
    assert balance(f"buyer:refundable:{order.buyer_id}") == 2_200_000
    told = Message.objects.filter(kind="payment.share_taken_back")
    assert {message.context["amount"] for message in told} == {1_078_000}
    assert all("text" not in message.context for message in told)
    correct_refund(journal_id=journal.pk, reason="Hoàn nhầm đơn giao dịch này.", actor=staff("operator_finance"))
    assert balance(f"seller:receivable:{other}") == 0
    assert balance(f"seller:payable:{order.seller_id}") == 1_078_000
    assert total() == 0


def test_each_owner_is_due_on_its_own_account_and_a_dispute_freezes_every_part():
    order = paid(3_333)
    settle(order, actor=SYSTEM)
    keys = sorted(weights(order))

    ready = {one.organisation.pk: (one.amount, one.can_go) for one in due()}
    assert ready == {key: (amount, True) for key, amount in payables(order).items()}
    assert [one.payee.holder for one in due()] == [one.organisation.bank_holder for one in due()]

    Order.objects.filter(pk=order.pk).update(disputed_at=order.created_at)
    assert [(one.organisation.pk, one.amount, one.can_go) for one in due()] == [(key, 0, False) for key in keys]


def test_the_books_hold_every_invariant_after_a_shared_sale_and_a_refund():
    order = paid(3_333, 3_333)
    settle(order, actor=SYSTEM)
    refund_order(order_id=order.pk, amount=1_000_001, actor=reviewer(), **REASON)

    assert [str(one) for one in breaches() if one.invariant in {"I1", "I2", "I3", "I4", "I5", "I7", "I11"}] == []


# --- standing of the other owners


def out(order):
    """The other owner is suspended."""
    other = next(one.owner for one in split_of(order) if one.owner.pk != order.seller_id)
    type(other).objects.filter(pk=other.pk).update(state=ParticipantState.SUSPENDED)
    return other


def test_an_owner_that_lost_its_standing_holds_the_trade_for_a_reviewer():
    order = OrderFactory(listing=jointly_listed(3_333), accepted=True)
    out(order)

    screen(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert order.state == "legality_review"
    assert list(order.holds.values_list("rule", flat=True)) == ["R59"]
    clear(order_id=order.pk, cleared_rules=["R59"], text="Phần tiền của bên đó được giữ lại.", actor=reviewer())
    order.refresh_from_db()
    assert order.state == "cleared"


def test_shares_that_are_not_the_approved_ones_bar_the_trade():
    order = OrderFactory(listing=jointly_listed(3_333), accepted=True)
    one, two = order.quote["owners"]
    order.quote["owners"] = [[one[0], two[1]], [two[0], one[1]]]
    order.save()

    screen(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    finding = next(row for row in order_findings(order) if row["rule"] == "R59")
    assert (order.state, finding["verdict"]) == ("legality_review", "BLOCK")


def order_findings(order):
    return latest_evaluation(order, "ORD").findings


def test_before_payment_a_lost_standing_holds_the_order_once_and_a_conclusion_lets_it_go_on():
    order = OrderFactory(listing=jointly_listed(3_333), contracted=True)
    out(order)

    ask_payment(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    hold = order.holds.get()
    assert (order.state, hold.rule, hold.reason) == ("contracted", "owners", "owner_out")
    assert "R59" in hold.sentence
    release_hold(order_id=order.pk, conclusion="Phần tiền của bên đó chờ trên sổ.", actor=reviewer())
    ask_payment(order_id=order.pk, actor=SYSTEM)
    order.refresh_from_db()
    assert (order.state, order.holds.count()) == ("awaiting_payment", 1)


def test_what_the_legality_check_let_pass_is_not_asked_again():
    order = OrderFactory(listing=jointly_listed(3_333), accepted=True)
    out(order)
    screen(order_id=order.pk, actor=SYSTEM)
    clear(order_id=order.pk, cleared_rules=["R59"], text="Phần tiền của bên đó được giữ lại.", actor=reviewer())
    Order.objects.filter(pk=order.pk).update(state="contracted")

    ask_payment(order_id=order.pk, actor=SYSTEM)

    order.refresh_from_db()
    assert order.state == "awaiting_payment"


def test_an_owner_cannot_order_the_data_it_earns_from():
    listing = jointly_listed(3_333)
    other = listing.owners.current()[1].organisation
    words = {"purpose": "research", "territory": "VN", "storage_place": "VN", "idempotency_key": "k"}

    with pytest.raises(DomainError) as refusal:
        request_order(
            listing_id=listing.pk,
            use_description="Phân tích sản lượng theo vùng.",
            actor=acting(other, "buyer"),
            **words,
        )

    assert refusal.value.code == "same_organisation"
    assert not Order.objects.exists()


def test_a_reviewer_who_belonged_to_an_owner_is_interested():
    order = OrderFactory(listing=jointly_listed(3_333), legality=True)
    other = next(one.owner for one in split_of(order) if one.owner.pk != order.seller_id)

    assert is_interested(acting(other, "buyer").user, order)
    assert not is_interested(acting(trader(), "buyer").user, order)
