"""Reads of the ledger."""

from django.db.models import Sum

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


def journals_of_order(number: str) -> list[Journal]:
    """The money story of an order, oldest first, with its postings."""
    return list(Journal.objects.filter(order_number=number).prefetch_related("postings__account").order_by("pk"))
