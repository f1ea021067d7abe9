"""Owners who share in the revenue of an order: frozen with its figures, told to nobody but themselves (R59)."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from accounts.organisations.models import Organisation
from catalog.offers.models import Listing
from catalog.offers.names import owners_as_approved
from catalog.offers.selectors import obstacle_to_sharing, shares_of
from catalog.offers.shares import in_percent
from transactions.ledger import flows
from transactions.orders.models import Order


def frozen_shares(order: Order) -> dict[str, list[list[int]]]:
    """What the quote of an order keeps of the approved shares: pairs of organisation and share, seller first."""
    rows = shares_of(order.listing)
    return {"owners": [[row.organisation_id, row.basis_points] for row in rows]} if rows else {}


def weights(order: Order) -> dict[int, int]:
    """Key of each owner and its weight in the split; the seller alone where nothing is shared."""
    return {int(key): weight for key, weight in order.quote.get("owners", [])} or {order.seller_id: 1}


def is_shared(order: Order) -> bool:
    """Whether more than the seller receives money from the order."""
    return set(weights(order)) != {order.seller_id}


def owners_of(order: Order) -> list[Organisation]:
    """The owners in the order of their keys, which decides ties of the split."""
    if not is_shared(order):
        return [order.seller]
    return list(Organisation.objects.filter(pk__in=weights(order)).order_by("pk"))


@dataclass(frozen=True)
class Part:
    """What one owner receives of an order by its frozen figures."""

    owner: Organisation
    basis_points: int
    amount: int

    @property
    def shown(self) -> str:
        """The share in per cent as the active language writes it."""
        return in_percent(self.basis_points)


def split_of(order: Order) -> list[Part]:
    """The seller's share over its owners, to the dong, the seller first; empty where the seller receives it alone."""
    if not is_shared(order):
        return []
    by_weight = weights(order)
    amounts = flows.by_owner(flows.parts_of(order.seller_share, order.fee, order.fee_vat, by_weight))
    owners = sorted(owners_of(order), key=lambda owner: owner.pk != order.seller_id)
    return [Part(owner, by_weight[owner.pk], amounts[owner.pk]) for owner in owners]


def own_part(order: Order, seller_share: int) -> int | None:
    """What the seller itself would receive of a share by the approved owners; nothing where it receives all of it."""
    by_weight = {row.organisation_id: row.basis_points for row in shares_of(order.listing)}
    if not by_weight:
        return None
    return flows.by_owner(flows.parts_of(seller_share, 0, 0, by_weight))[order.seller_id]


def names_of(order: Order) -> list[dict[str, str]]:
    """Names of the owners when the order was placed; none where nothing is shared."""
    return order.snapshot["parties"].get("owners") or _approved(order)


def _approved(order: Order) -> list[dict[str, str]]:
    """Names and commitments of the owners as the approved content holds them."""
    offers = order.snapshot.get("offers") or [{}]
    return offers[0].get("owners", [])


def is_owner(organisation: Organisation, listing: Listing) -> bool:
    """Whether an organisation shares in the revenue of an offer."""
    return listing.is_shared and listing.owners.current().filter(organisation=organisation).exists()


def obstacles(order: Order, day: dt.date) -> list[str]:
    """Why owners besides the seller may not be paid on a day, as codes; the seller has rules of its own."""
    if not is_shared(order):
        return []
    others = [one for one in owners_of(order) if one.pk != order.seller_id]
    return sorted({obstacle_to_sharing(one, day) for one in others} - {""})


def facts(order: Order, day: dt.date) -> dict[str, Any]:
    """What the rules of a trade look at: the sum, whether the shares are the approved ones, and their owners."""
    rows, named = shares_of(order.listing), _approved(order)
    pairs = [list(pair) for pair in order.quote.get("owners", [])]
    present = owners_as_approved(order.listing, rows)
    approved = [owner["share"] for owner in present] == [owner["share"] for owner in named]
    return {
        "is_shared": bool(pairs or named),
        "sum": sum(weight for _key, weight in pairs),
        "approved": approved and pairs == [[row.organisation_id, row.basis_points] for row in rows],
        "obstacles": obstacles(order, day),
        "owners": [{"pk": str(row.organisation_id), "group": row.organisation.group_code} for row in rows],
    }
