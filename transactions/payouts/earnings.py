"""What an organisation earns: its part of each sale, what was paid out, and the offers it shares in.

An owner who is not the seller learns the number of the order, the dataset, the day and its own part: enough to check
its books. Buyer, purpose, total and the shares of others stay with the two sides of the order (ADR 0016).
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from catalog.offers.models import ListingOwner
from catalog.offers.states import ListingState
from transactions.ledger import accounts
from transactions.ledger.models import Journal
from transactions.ledger.selectors import balance
from transactions.orders.models import Order
from transactions.payouts.models import Payout
from transactions.payouts.selectors import frozen, owed_by

WHAT: dict[str, Promise] = {
    "settle": _("Part of a sale"),
    "refund": _("Taken back for a refund"),
    "correction": _("Refund corrected"),
}
SHOWN = (ListingState.LISTED, ListingState.SUSPENDED, ListingState.SUSPENDED_BY_SELLER, ListingState.DELISTED)


@dataclass(frozen=True)
class Earning:
    """One booking: when, from which order, what, how much; the address of the order for its seller only."""

    made_at: dt.datetime
    number: str
    title: str
    what: str | Promise
    amount: int
    url: str = ""


@dataclass(frozen=True)
class Standing:
    """What is owed to an organisation now, what of it stands still, and what the organisation owes."""

    due: int
    frozen: int
    owed: int


def standing_of(organisation: Organisation) -> Standing:
    """The sums of the present moment."""
    due = balance(accounts.payable(organisation.pk))
    return Standing(due, min(frozen(organisation), due) if due else 0, -owed_by(organisation))


def bookings_of(organisation: Organisation) -> QuerySet[Journal]:
    """Journals of orders that moved the organisation's money, the newest first, each with its `amount`."""
    codes = [accounts.payable(organisation.pk), accounts.receivable(organisation.pk)]
    journals = Journal.objects.filter(postings__account__code__in=codes, kind__in=WHAT).exclude(order_number="")
    return journals.annotate(amount=Sum("postings__amount")).order_by("-pk")


def earnings(journals: list[Journal], organisation: Organisation) -> list[Earning]:
    """The lines of a page of bookings, with the titles of their orders read at once."""
    numbers = {journal.order_number for journal in journals}
    found = Order.objects.filter(number__in=numbers).select_related("listing__revision").order_by("pk")
    orders = {order.number: order for order in found}
    return [_earning(journal, orders[journal.order_number], organisation) for journal in journals]


def _earning(journal: Journal, order: Order, organisation: Organisation) -> Earning:
    return Earning(
        made_at=journal.made_at,
        number=order.number,
        title=order.listing.revision.title,  # as the catalogue shows it to everybody
        what=WHAT[journal.kind],
        amount=journal.amount,  # type: ignore[attr-defined]  # annotated
        url=order.get_absolute_url() if order.seller_id == organisation.pk else "",
    )


def payouts_to(organisation: Organisation) -> QuerySet[Payout]:
    """Payouts of earnings, the newest first."""
    return Payout.objects.filter(account_code=accounts.payable(organisation.pk)).order_by("-pk")


def shares_in(organisation: Organisation) -> list[ListingOwner]:
    """The organisation's own share in each offer that reached the market."""
    rows = ListingOwner.objects.current().filter(organisation=organisation, listing__is_shared=True)
    rows = rows.filter(listing__state__in=SHOWN).select_related("listing__revision__asset__owner", "organisation")
    return list(rows.order_by("-listing__pk"))
