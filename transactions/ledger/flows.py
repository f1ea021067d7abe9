"""What each money event books: figures in, legs out. Plain Python; whole dong, credit positive (product rule 2.3).

Parts say what becomes of a payment: account -> amount, owners by number, then the fee, then its VAT. Ties of a
division go to the earlier account, so every division comes out the same way.
"""

from collections.abc import Mapping

from exchange.common.money import Dong, largest_remainder
from transactions.ledger import accounts

Legs = dict[str, Dong]


def parts_of(seller_share: Dong, fee: Dong, fee_vat: Dong, owners: Mapping[int, int]) -> Legs:
    """The settlement of an order: the seller's share over its owners by weight, the fee, the VAT on the fee."""
    numbers = sorted(owners)
    shares = largest_remainder(seller_share, [owners[number] for number in numbers])
    parts = {accounts.payable(number): share for number, share in zip(numbers, shares, strict=True)}
    return parts | {accounts.FEE: fee, accounts.FEE_VAT: fee_vat}


def in_order(parts: Mapping[str, Dong]) -> Legs:
    """Parts in the order that decides ties: owners by their number, fee, VAT on the fee."""
    return dict(sorted(parts.items(), key=lambda part: _rank(part[0])))


def _rank(code: str) -> tuple[int, int]:
    if accounts.kind_of(code) == accounts.PAYABLE:
        return 0, int(code.rsplit(":", 1)[1])
    return (1, 0) if code == accounts.FEE else (2, 0)


def portion(parts: Mapping[str, Dong], amount: Dong) -> Legs:
    """A share of every part that sums to the amount; no part gives more than it has, the whole is every part."""
    parts = in_order(parts)
    if any(part < 0 for part in parts.values()) or not 0 <= amount <= sum(parts.values()):
        raise ValueError("an amount is taken from what is there")
    if amount == 0:
        return dict.fromkeys(parts, 0)
    return dict(zip(parts, largest_remainder(amount, list(parts.values())), strict=True))


def without(parts: Mapping[str, Dong], taken: Mapping[str, Dong]) -> Legs:
    """What is left of the parts."""
    return {code: amount - taken.get(code, 0) for code, amount in parts.items()}


def by_owner(parts: Mapping[str, Dong]) -> dict[int, Dong]:
    """What each owner has of the parts, by its number."""
    return {
        int(code.rsplit(":", 1)[1]): amount
        for code, amount in parts.items()
        if accounts.kind_of(code) == accounts.PAYABLE
    }


def paid_in(source: str, target: str, amount: Dong) -> Legs:
    """Money goes from one account to another."""
    return {source: -amount, target: amount}


def settled(number: str, parts: Mapping[str, Dong]) -> Legs:
    """The escrow of an order is shared out."""
    return {accounts.escrow(number): -sum(parts.values()), **parts}


def taken_back(buyer_id: int, taken: Mapping[str, Dong], held: Mapping[str, Dong]) -> Legs:
    """A settled payment goes back to the buyer: the exact negative of what was settled.

    `held` is what each payable account holds. Where a seller's earnings do not suffice, the rest is owed by the
    seller on an account of its own; a payable never falls below zero.
    """
    legs: Legs = {accounts.refundable(buyer_id): sum(taken.values())}
    for code, amount in taken.items():
        if accounts.kind_of(code) != accounts.PAYABLE:
            legs[code] = -amount
            continue
        covered = min(amount, held.get(code, 0))
        legs[code] = -covered
        legs[accounts.receivable(int(code.rsplit(":", 1)[1]))] = covered - amount
    return {code: amount for code, amount in legs.items() if amount}


def set_off(payable: Dong, receivable: Dong) -> Dong:
    """How much of a seller's earnings pays what the seller owes; `receivable` is zero or below."""
    return min(max(payable, 0), max(-receivable, 0))
