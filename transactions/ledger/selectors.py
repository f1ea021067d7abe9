"""Reads of the ledger."""

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from transactions.ledger import accounts
from transactions.ledger.models import Account, Journal, Posting


def balance(code: str) -> int:
    """Balance of one account in dong, credit positive; an account nobody used is at zero."""
    return Posting.objects.filter(account__code=code).aggregate(total=Sum("amount"))["total"] or 0


def total() -> int:
    """Sum of all postings: always zero."""
    return Posting.objects.aggregate(total=Sum("amount"))["total"] or 0


def trial_balance() -> list[tuple[str, int]]:
    """Every account with its balance, by code."""
    rows = Account.objects.annotate(sum=Sum("postings__amount")).order_by("code")
    return [(account.code, account.sum or 0) for account in rows]


def sums_of_kinds() -> list[tuple[str, int, int]]:
    """Each kind of account with the number of its accounts and their sum; the sums come to zero."""
    rows = Account.objects.order_by("kind").values_list("kind")
    return list(rows.annotate(count=Count("pk", distinct=True), sum=Coalesce(Sum("postings__amount"), 0)))


def journals_of_order(number: str) -> list[Journal]:
    """The money story of an order, oldest first, with its postings."""
    return list(Journal.objects.filter(order_number=number).prefetch_related("postings__account").order_by("pk"))


SETTLING = ("settle", "refund")


def left_of_settlement(number: str) -> dict[str, int]:
    """What each owner, the fee and its VAT still have of an order's payment, after all refunds; {} before settling."""
    of_order = Q(journal__kind__in=SETTLING) | Q(journal__reverses__kind__in=SETTLING)
    rows = Posting.objects.filter(of_order, journal__order_number=number).exclude(
        account__kind__in=(accounts.ESCROW, accounts.REFUNDABLE)
    )
    parts: dict[str, int] = {}
    for code, amount in rows.order_by().values_list("account__code").annotate(sum=Sum("amount")):
        part = code.replace(accounts.RECEIVABLE, accounts.PAYABLE)
        parts[part] = parts.get(part, 0) + amount
    return {code: amount for code, amount in parts.items() if amount}


def given_back() -> dict[str, int]:
    """What went back to the buyer of each order with a refund that stands, in dong with VAT, by number."""
    refunds = Q(journal__kind="refund") | Q(journal__reverses__kind="refund")
    rows = Posting.objects.filter(refunds, account__kind=accounts.REFUNDABLE).order_by()
    sums = rows.values_list("journal__order_number").annotate(sum=Sum("amount"))
    return {number: amount for number, amount in sums if amount}
