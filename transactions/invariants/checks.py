"""Invariants I1 to I11 (trust D.3): each is one statement, so each sees one moment; a row it returns is a breach.

`since` bounds what grows for ever (journals, leaves, orders that ended); None looks at everything.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from transactions.orders.states import HELD_IN_ESCROW

MOST = 50  # rows told for one invariant
BEGINNING = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Invariant:
    """Its code, what must be true, and the statement whose rows (what, figures as JSON) are breaches."""

    code: str
    sentence: str
    sql: str
    tables: str = ""  # common table expressions it stands on


@dataclass(frozen=True)
class Finding:
    """One breach: the invariant, the row, the figures."""

    invariant: str
    what: str
    figures: dict

    def __str__(self) -> str:
        return f"{self.invariant} {self.what} {json.dumps(self.figures, sort_keys=True)}"

    @property
    def as_dict(self) -> dict:
        """As it is kept with the stop of trading."""
        return {"invariant": self.invariant, "what": self.what, "figures": self.figures}


# Money of an order by its journals: what was paid in, settled, given back; reversals count against their original.
OF_ORDERS = """
    money AS (
        SELECT j.order_number AS number,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'escrow'), 0) AS escrow,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'escrow' AND j.kind = 'payment'), 0) AS paid,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'buyer:refundable'), 0) AS refunded,
               coalesce(sum(p.amount) FILTER (WHERE a.kind LIKE 'seller:%%'), 0) AS seller,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'fee:income'), 0) AS fee,
               coalesce(sum(p.amount) FILTER (WHERE a.kind = 'vat:payable'), 0) AS fee_vat,
               count(DISTINCT j.id) FILTER (WHERE j.kind = 'payment') AS payments,
               count(DISTINCT j.id) FILTER (WHERE j.kind = 'settle') AS settlements
          FROM transactions_journal j
          JOIN transactions_posting p ON p.journal_id = j.id
          JOIN transactions_account a ON a.id = p.account_id
         WHERE j.order_number <> ''
         GROUP BY j.order_number
    ),
    orders AS (
        SELECT o.number, o.state, o.total, o.fee, o.fee_vat AS fee_tax, o.state_since,
               o.state = ANY (%(held)s) AS is_held,
               coalesce(m.escrow, 0) AS escrow, coalesce(m.paid, 0) AS paid, coalesce(m.refunded, 0) AS refunded,
               coalesce(m.seller, 0) AS seller, coalesce(m.fee, 0) AS fee_left, coalesce(m.fee_vat, 0) AS tax_left,
               coalesce(m.payments, 0) AS payments, coalesce(m.settlements, 0) AS settlements
          FROM transactions_order o LEFT JOIN money m ON m.number = o.number
    )
"""
LEAVES = """
    leaves AS MATERIALIZED (
        SELECT e.id, e.kind, e.subject, e.object_ref, e.number,
               convert_from(e.record, 'UTF8')::jsonb -> 'data' AS data
          FROM exchange_entry e
         WHERE e.made_at >= %(since)s AND length(e.record) > 0  -- none: lost in a restore, only its leaf came back
           AND e.kind LIKE ANY (ARRAY['payment.%%', 'payout.%%', 'suspense.%%', 'order.%%'])
    ),
    named AS (
        SELECT data ->> 'journal' AS key, count(*) AS count FROM leaves WHERE data ? 'journal' GROUP BY 1
    ),
    moves AS (
        SELECT object_ref, number, data ->> 'before' AS before, data ->> 'after' AS after,
               lag(data ->> 'after') OVER w AS reached, row_number() OVER w AS place,
               lead(number) OVER w IS NULL AS is_last
          FROM leaves WHERE kind LIKE 'order.%%' AND data ? 'after'
        WINDOW w AS (PARTITION BY object_ref ORDER BY number)
    )
"""
INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "I1",
        "All postings sum to zero",
        "SELECT 'ledger', jsonb_build_object('sum', sum(amount)) FROM transactions_posting HAVING sum(amount) <> 0",
    ),
    Invariant(
        "I2",
        "Every journal sums to zero and has two legs",
        """
        SELECT 'journal ' || j.key, jsonb_build_object('sum', coalesce(sum(p.amount), 0), 'legs', count(p.id))
          FROM transactions_journal j LEFT JOIN transactions_posting p ON p.journal_id = j.id
         GROUP BY j.id HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) < 2
        """,
    ),
    Invariant(
        "I3",
        "A running balance is the sum of its postings",
        """
        SELECT 'account ' || a.code, jsonb_build_object('held', a.held, 'sum', coalesce(sum(p.amount), 0))
          FROM transactions_account a LEFT JOIN transactions_posting p ON p.account_id = a.id
         WHERE a.has_floor GROUP BY a.id HAVING a.held <> coalesce(sum(p.amount), 0)
        """,
    ),
    Invariant(
        "I4",
        "No account falls below its floor, no debt rises above zero",
        """
        SELECT 'account ' || a.code, jsonb_build_object('sum', sum(p.amount))
          FROM transactions_account a JOIN transactions_posting p ON p.account_id = a.id
         WHERE a.has_floor OR a.kind IN ('seller:receivable', 'payout:clearing')
         GROUP BY a.id
        HAVING CASE WHEN a.kind = 'seller:receivable' THEN sum(p.amount) > 0 ELSE sum(p.amount) < 0 END
        """,
    ),
    Invariant(
        "I5",
        "Escrow holds the price of an order exactly while it runs",
        """
        SELECT 'order ' || number, jsonb_build_object('state', state, 'total', total, 'escrow', escrow)
          FROM orders WHERE escrow <> CASE WHEN is_held THEN total ELSE 0 END
         UNION ALL
        SELECT 'account ' || a.code, jsonb_build_object('held', a.held)
          FROM transactions_account a
         WHERE a.kind = 'escrow' AND a.held <> 0
           AND NOT EXISTS (SELECT 1 FROM transactions_order o WHERE 'escrow:' || o.number = a.code)
        """,
        OF_ORDERS,
    ),
    Invariant(
        "I6",
        "A paid order was paid once, in full, and is settled at most once",
        """
        SELECT 'order ' || number,
               jsonb_build_object('state', state, 'payments', payments, 'settlements', settlements, 'paid', paid)
          FROM orders
         WHERE CASE
                 WHEN total = 0 THEN payments + settlements > 0
                 WHEN is_held THEN payments <> 1 OR settlements <> 0 OR paid <> total
                 WHEN state = 'completed' THEN payments <> 1 OR settlements <> 1 OR paid <> total
                 WHEN state = 'terminated' THEN payments > 1 OR settlements <> 0
                 ELSE payments + settlements > 0
               END
        """,
        OF_ORDERS,
    ),
    Invariant(
        "I7",
        "No more goes back than was paid, and every share keeps what is left",
        """
        SELECT 'order ' || number,
               jsonb_build_object('paid', paid, 'refunded', refunded, 'seller', seller, 'fee', fee_left)
          FROM orders
         WHERE refunded < 0 OR refunded > paid OR seller < 0 OR fee_left < 0 OR tax_left < 0
            OR fee_left > fee OR tax_left > fee_tax OR paid <> escrow + refunded + seller + fee_left + tax_left
        """,
        OF_ORDERS,
    ),
    Invariant(
        "I8",
        "Every money event has one leaf, every money leaf one event",
        """
        SELECT 'journal ' || j.key, jsonb_build_object('leaves', coalesce(n.count, 0))
          FROM transactions_journal j LEFT JOIN named n ON n.key = j.key
         WHERE j.made_at >= %(since)s AND j.made_by <> 'system:migration' AND coalesce(n.count, 0) <> 1
         UNION ALL
        SELECT 'leaf of ' || n.key, jsonb_build_object('journals', 0)
          FROM named n WHERE NOT EXISTS (SELECT 1 FROM transactions_journal j WHERE j.key = n.key)
        """,
        LEAVES,
    ),
    Invariant(
        "I9",
        "The state of an order is what its leaves make of it",
        """
        SELECT 'order ' || o.number, jsonb_build_object('state', o.state, 'before', m.before, 'after', m.after)
          FROM transactions_order o JOIN moves m ON m.object_ref = o.log_ref
         WHERE (m.is_last AND m.after <> o.state) OR (m.place > 1 AND m.before <> m.reached)
         UNION ALL
        SELECT 'order ' || o.number, jsonb_build_object('state', o.state, 'leaves', 0)
          FROM transactions_order o
         WHERE o.state <> 'draft' AND o.state_since >= %(since)s
           AND NOT EXISTS (SELECT 1 FROM moves m WHERE m.object_ref = o.log_ref)
        """,
        LEAVES,
    ),
    Invariant(
        "I10",
        "A reported transfer is booked once, and only a reported transfer is",
        """
        WITH booked AS (
            SELECT split_part(j.key, ':', 1) AS kind, substr(j.key, strpos(j.key, ':') + 1) AS number,
                   coalesce(sum(p.amount) FILTER (WHERE a.code = 'bank:escrow'), 0) AS bank
              FROM transactions_journal j
              JOIN transactions_posting p ON p.journal_id = j.id JOIN transactions_account a ON a.id = p.account_id
             WHERE j.kind IN ('payment', 'arrival') GROUP BY j.id
        ), sums AS (
            SELECT number, sum(bank) AS bank, count(*) FILTER (WHERE kind = 'payment') AS payments
              FROM booked GROUP BY number
        )
        SELECT 'transfer ' || t.bank_transaction_id,
               jsonb_build_object('amount', t.amount, 'booked', -coalesce(s.bank, 0), 'payments', s.payments)
          FROM transactions_incomingtransfer t LEFT JOIN sums s ON s.number = t.bank_transaction_id
         WHERE t.currency = 'VND' AND t.credit_account = %(account)s
           AND (coalesce(s.bank, 0) <> -t.amount
                OR coalesce(s.payments, 0) <> CASE WHEN t.state = 'matched' THEN 1 ELSE 0 END)
         UNION ALL
        SELECT 'journal of ' || s.number, jsonb_build_object('booked', -s.bank)
          FROM sums s
         WHERE NOT EXISTS (SELECT 1 FROM transactions_incomingtransfer t WHERE t.bank_transaction_id = s.number)
        """,
    ),
    Invariant(
        "I11",
        "What is under way to the bank is the sum of the payouts handed to it",
        """
        SELECT 'payout:clearing', jsonb_build_object('ledger', l.sum, 'payouts', r.sum)
          FROM (SELECT coalesce(sum(p.amount), 0) AS sum FROM transactions_posting p
                  JOIN transactions_account a ON a.id = p.account_id WHERE a.code = 'payout:clearing') l,
               (SELECT coalesce(sum(amount), 0) AS sum FROM transactions_payout WHERE state = 'released') r
         WHERE l.sum <> r.sum
        """,
    ),
)


def breaches(*, since: dt.datetime | None = None) -> list[Finding]:
    """Every breach of every invariant, at most 50 rows of each; an empty list is what the exchange promises."""
    given = {
        "since": since or BEGINNING,
        "held": list(HELD_IN_ESCROW),
        "account": settings.ESCROW_ACCOUNT["number"],
    }
    found: list[Finding] = []
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            tables = f"WITH {one.tables}" if one.tables else ""
            rows = f"{tables} SELECT * FROM ({one.sql}) AS found (what, figures) LIMIT {MOST}"  # noqa: S608 - constants
            cursor.execute(rows, given)
            found += [Finding(one.code, what, _parsed(figures)) for what, figures in cursor.fetchall()]
    return found


def _parsed(figures: dict | str) -> dict:
    return json.loads(figures) if isinstance(figures, str) else figures
