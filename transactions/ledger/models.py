"""Accounts, journals and postings. Credit is positive; every journal sums to zero at commit."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone

from exchange.transparency.rows import Logged


class Account(models.Model):
    """One account of the ledger: bank:escrow, escrow:<order>, seller:payable:<id> …"""

    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=30)
    has_floor = models.BooleanField(default=False)  # balance may not fall below zero
    held = models.BigIntegerField(default=0)  # running balance where there is a floor; only postings change it

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(has_floor=False, held=0) | Q(has_floor=True, held__gte=0), name="account_not_below_floor"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="account_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="account_moves_by_postings",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF (NEW.id, NEW.code, NEW.kind, NEW.has_floor) IS DISTINCT FROM "
                    "(OLD.id, OLD.code, OLD.kind, OLD.has_floor) OR pg_trigger_depth() < 2 THEN "
                    "RAISE EXCEPTION 'account_changes_only_by_postings' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="account_begins_at_zero",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__held__gt=0),
                func="RAISE EXCEPTION 'account_begins_at_zero' USING ERRCODE = 'check_violation';",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def balance(self) -> int:
        """Sum of all postings, in dong; kept as it moves where there is a floor."""
        if self.has_floor:
            return self.held
        return self.postings.aggregate(total=models.Sum("amount"))["total"] or 0


class Journal(models.Model):
    """One money event, once: the key is unique, so the same event cannot be booked twice."""

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=30)
    order_number = models.CharField(max_length=25, blank=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="reversed_by")
    reason = models.CharField(max_length=300, blank=True)
    body_digest = models.CharField(max_length=64)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField(default=timezone.now)
    is_new: bool = True  # whether this very call booked it; the stored function says

    logged = Logged.once(unrecorded=Q(made_by="system:migration"), by="key")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["order_number", "kind"], name="journals_of_an_order")]
        triggers = [
            pgtrigger.Protect(name="journal_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="journal_no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'cannot truncate %', TG_TABLE_NAME;",
            ),
            pgtrigger.Trigger(
                name="journal_has_postings",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=(
                    "IF (SELECT count(*) FROM transactions_posting p WHERE p.journal_id = NEW.id) < 2 THEN "
                    "RAISE EXCEPTION 'journal_needs_two_postings' USING ERRCODE = 'check_violation'; "
                    "END IF; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def log_values(cls, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
        """What the log commits to of each journal: its columns and, by account, what its postings move."""
        rows = {row.pk: {**row.__dict__, "reverses": row.reverses_id} for row in cls.objects.filter(pk__in=keys)}
        moved = Posting.objects.filter(journal__in=keys).order_by().values_list("journal", "account__code")
        legs: dict[int, dict[str, int]] = {key: {} for key in rows}
        counts = dict.fromkeys(rows, 0)
        for key, code, amount, count in moved.annotate(sum=models.Sum("amount"), count=models.Count("pk")):
            legs[key][code] = amount
            counts[key] += count
        return {key: state_of(**row, legs=legs[key], postings=counts[key]) for key, row in rows.items()}


def state_of(
    *,
    key: str,
    kind: str,
    order_number: str,
    reverses: int | None,
    reason: str,
    body_digest: str,
    made_by: str,
    made_at: dt.datetime,
    legs: dict[str, int],
    postings: int,
    **others: object,
) -> dict[str, Any]:
    """A journal with its legs, the same before it is stored and after."""
    return {
        "key": key,
        "kind": kind,
        "order_number": order_number,
        "reverses": reverses,
        "reason": reason,
        "body_digest": body_digest,
        "made_by": made_by,
        "made_at": made_at.astimezone(dt.UTC).isoformat(),
        "legs": legs,
        "postings": postings,
    }


class Posting(models.Model):
    """One leg of a journal."""

    journal = models.ForeignKey(Journal, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    amount = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="posting_not_zero"),
            models.CheckConstraint(condition=Q(amount__gte=-(10**15), amount__lte=10**15), name="posting_in_range"),
        ]
        triggers = [
            pgtrigger.Protect(name="posting_append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="posting_no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'cannot truncate %', TG_TABLE_NAME;",
            ),
            pgtrigger.Trigger(
                name="journal_balances",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func=(
                    "IF (SELECT sum(p.amount) FROM transactions_posting p "
                    "WHERE p.journal_id = NEW.journal_id) <> 0 THEN "
                    "RAISE EXCEPTION 'journal_does_not_balance' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;"
                ),
            ),
            pgtrigger.Trigger(
                name="account_follows",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=(
                    "UPDATE transactions_account SET held = held + NEW.amount "
                    "WHERE id = NEW.account_id AND has_floor; RETURN NULL;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount}"
