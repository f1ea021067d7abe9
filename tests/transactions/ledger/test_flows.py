"""Legs of every money event: to the dong, the same each time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from transactions.ledger import accounts, flows

SELLER = accounts.payable(7)
PARTS = {SELLER: 2_156_000, "fee:income": 40_000, "vat:payable": 4_000}
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DONG = st.integers(min_value=0, max_value=10**12)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("escrow:SDL2026000001A", "escrow"),
        ("seller:payable:7", "seller:payable"),
        ("seller:receivable:7", "seller:receivable"),
        ("buyer:refundable:12", "buyer:refundable"),
        ("unmatched:3", "unmatched"),
        ("remitter:refundable:3", "remitter:refundable"),
        ("bank:escrow", "bank:escrow"),
        ("fee:income", "fee:income"),
    ],
)
def test_an_account_is_of_its_kind(code, kind):
    assert accounts.kind_of(code) == kind


@pytest.mark.parametrize(
    ("share", "owners", "expected"),
    [
        (100, {7: 1}, {7: 100}),
        (100, {7: 5_000, 8: 5_000}, {7: 50, 8: 50}),
        (101, {8: 5_000, 7: 5_000}, {7: 51, 8: 50}),  # a tie goes to the lower number
        (100, {10: 1, 9: 1, 2: 1}, {2: 34, 9: 33, 10: 33}),  # by number, not by spelling
        (10, {1: 3_333, 2: 6_667}, {1: 3, 2: 7}),
        (0, {1: 1, 2: 1}, {1: 0, 2: 0}),
    ],
)
def test_the_share_is_divided_by_largest_remainder(share, owners, expected):
    parts = flows.parts_of(share, 40, 4, owners)
    assert parts == {accounts.payable(n): amount for n, amount in expected.items()} | {
        "fee:income": 40,
        "vat:payable": 4,
    }


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (2_200_000, PARTS),
        (0, dict.fromkeys(PARTS, 0)),
        (1_100_000, {SELLER: 1_078_000, "fee:income": 20_000, "vat:payable": 2_000}),
        (1, {SELLER: 1, "fee:income": 0, "vat:payable": 0}),
        (25, {SELLER: 25, "fee:income": 0, "vat:payable": 0}),
        (28, {SELLER: 27, "fee:income": 1, "vat:payable": 0}),
        (2_199_999, {SELLER: 2_155_999, "fee:income": 40_000, "vat:payable": 4_000}),
    ],
)
def test_a_part_of_the_payment_takes_its_portion_of_every_share(amount, expected):
    assert flows.portion(PARTS, amount) == expected


@pytest.mark.parametrize("amount", [-1, 2_200_001])
def test_no_more_is_taken_than_there_is(amount):
    with pytest.raises(ValueError, match="what is there"):
        flows.portion(PARTS, amount)


def test_a_part_below_zero_is_an_error_of_the_caller():
    with pytest.raises(ValueError, match="what is there"):
        flows.portion({SELLER: 5, "fee:income": -1}, 1)


def test_ties_go_to_the_owner_with_the_lower_number_then_fee_then_tax():
    parts = {"vat:payable": 1, "fee:income": 1, accounts.payable(10): 1, accounts.payable(9): 1}
    assert flows.portion(parts, 1) == {
        accounts.payable(9): 1,
        accounts.payable(10): 0,
        "fee:income": 0,
        "vat:payable": 0,
    }
    assert flows.portion(parts, 3) == {
        accounts.payable(9): 1,
        accounts.payable(10): 1,
        "fee:income": 1,
        "vat:payable": 0,
    }


def test_settling_gives_away_the_whole_escrow():
    assert flows.settled("SDL1", PARTS) == {"escrow:SDL1": -2_200_000, **PARTS}


def test_a_refund_after_settling_is_the_exact_negative():
    assert flows.taken_back(12, PARTS, {SELLER: 2_156_000}) == {
        "buyer:refundable:12": 2_200_000,
        SELLER: -2_156_000,
        "fee:income": -40_000,
        "vat:payable": -4_000,
    }


@pytest.mark.parametrize(
    ("held", "payable", "receivable"), [(2_155_999, -2_155_999, -1), (0, 0, -2_156_000), (3_000_000, -2_156_000, 0)]
)
def test_what_a_seller_cannot_cover_is_owed_on_an_account_of_its_own(held, payable, receivable):
    legs = flows.taken_back(12, PARTS, {SELLER: held})
    assert (legs.get(SELLER, 0), legs.get("seller:receivable:7", 0)) == (payable, receivable)
    assert sum(legs.values()) == 0


@pytest.mark.parametrize(
    ("payable", "receivable", "expected"), [(100, -40, 40), (40, -100, 40), (0, -5, 0), (5, 0, 0), (-3, -3, 0)]
)
def test_earnings_pay_what_is_owed(payable, receivable, expected):
    assert flows.set_off(payable, receivable) == expected


@QUIET
@given(
    share=DONG,
    fee=DONG,
    tax=DONG,
    owners=st.dictionaries(st.integers(1, 10**6), st.integers(1, 10_000), min_size=1, max_size=6),
    takes=st.lists(st.integers(min_value=0, max_value=10**12), max_size=6),
)
def test_any_row_of_refunds_takes_exactly_what_was_settled(share, fee, tax, owners, takes):
    parts = flows.parts_of(share, fee, tax, owners)
    assert sum(parts.values()) == share + fee + tax
    left, taken_in_all = parts, 0
    for take in takes:
        amount = min(take, sum(left.values()))
        taken = flows.portion(left, amount)
        assert sum(taken.values()) == amount
        assert all(0 <= taken[code] <= left[code] for code in left)
        left, taken_in_all = flows.without(left, taken), taken_in_all + amount
    last = flows.portion(left, sum(left.values()))
    assert last == left
    assert taken_in_all + sum(last.values()) == sum(parts.values())


@QUIET
@given(
    parts=st.dictionaries(st.sampled_from([accounts.payable(n) for n in range(1, 6)]), DONG, min_size=1), data=st.data()
)
def test_a_refund_after_settling_balances_whatever_the_sellers_hold(parts, data):
    held = {code: data.draw(DONG) for code in parts}
    legs = flows.taken_back(99, parts, held)
    assert sum(legs.values()) == 0
    for code, amount in parts.items():
        owed = legs.get(code.replace("payable", "receivable"), 0)
        assert legs.get(code, 0) + owed == -amount
        assert held[code] + legs.get(code, 0) >= 0
        assert owed <= 0


def test_money_owed_or_kept_for_somebody_never_falls_below_zero():
    assert {
        "escrow",
        "seller:payable",
        "buyer:refundable",
        "unmatched",
        "remitter:refundable",
    } == accounts.FLOORED
