"""What must hold after any fault, asked of the database behind the portal's back and of the published log."""

from typing import Any

from tests.journeys import books
from tests.journeys.portal import Portal

QUESTIONS = {
    "postings do not sum to zero": "SELECT sum(amount) FROM transactions_posting HAVING coalesce(sum(amount), 0) <> 0",
    "journal without balance or with one leg": (
        "SELECT j.key FROM transactions_journal j LEFT JOIN transactions_posting p ON p.journal_id = j.id"
        " GROUP BY j.id HAVING count(p.id) < 2 OR coalesce(sum(p.amount), 0) <> 0"
    ),
    "escrow of an order is not what its state says": (
        "SELECT o.number, o.state, coalesce(sum(p.amount), 0) FROM transactions_order o"
        " LEFT JOIN transactions_account a ON a.code = 'escrow:' || o.number"
        " LEFT JOIN transactions_posting p ON p.account_id = a.id GROUP BY o.id HAVING coalesce(sum(p.amount), 0) <>"
        " CASE WHEN o.state IN ('paid', 'delivering', 'awaiting_acceptance') THEN o.total ELSE 0 END"
    ),
    "order without exactly one payment, or settled twice": (
        "SELECT o.number, o.state FROM transactions_order o LEFT JOIN LATERAL ("
        "  SELECT count(*) FILTER (WHERE j.kind = 'payment') AS paid,"
        "   count(*) FILTER (WHERE j.kind = 'settle') AS settled, count(*) FILTER (WHERE j.kind = 'refund') AS refunded"
        "  FROM transactions_journal j WHERE j.order_number = o.number) m ON true"
        " WHERE o.total > 0 AND (m.settled > 1 OR m.paid > 1"
        "  OR m.paid <> 1 AND o.state IN ('paid', 'delivering', 'awaiting_acceptance', 'completed')"
        "  OR m.paid <> 0 AND o.state NOT IN ('paid', 'delivering', 'awaiting_acceptance', 'completed', 'terminated')"
        "  OR m.settled <> 1 AND o.state = 'completed' AND m.refunded = 0)"
    ),
    "money without its leaf, or a leaf without its money": (
        "SELECT o.number FROM transactions_order o WHERE"
        " (SELECT count(*) FROM transactions_journal j WHERE j.order_number = o.number AND j.kind = 'payment') <>"
        " (SELECT count(*) FROM exchange_entry e WHERE e.object_ref = o.log_ref AND e.kind = 'payment.match') OR"
        " (SELECT count(*) FROM transactions_journal j WHERE j.order_number = o.number AND j.kind = 'settle') <>"
        " (SELECT count(*) FROM exchange_entry e WHERE e.object_ref = o.log_ref AND e.kind = 'payment.settle')"
    ),
    "state of an order is not where its history ends": (
        "SELECT o.number, o.state FROM transactions_order o JOIN LATERAL (SELECT e.after FROM transactions_orderevent e"
        " WHERE e.order_id = o.id ORDER BY e.id DESC LIMIT 1) last ON true WHERE last.after <> o.state"
    ),
    "transition without its one leaf": (
        "SELECT o.number FROM transactions_order o WHERE"
        " (SELECT count(*) FROM transactions_orderevent e WHERE e.order_id = o.id) <>"
        " (SELECT count(*) FROM exchange_entry e WHERE e.object_ref = o.log_ref AND e.kind IN"
        "  (SELECT 'order.' || v.action FROM transactions_orderevent v WHERE v.order_id = o.id))"
    ),
    "matched transfer without its journal": (
        "SELECT t.bank_transaction_id FROM transactions_incomingtransfer t LEFT JOIN transactions_journal j"
        " ON j.key = 'payment:' || t.bank_transaction_id WHERE t.state = 'matched' AND j.id IS NULL"
    ),
    "entry numbered twice in its object": (
        "SELECT object_ref, number FROM exchange_entry GROUP BY object_ref, number HAVING count(*) > 1"
    ),
}


def breaches(portal: Portal) -> list[str]:
    """Every promise about money, states and entries that does not hold now."""
    found = []
    with portal.database() as database:
        for promise, question in QUESTIONS.items():
            found += [f"{promise}: {row}" for row in database.execute(question).fetchall()]
    own = portal.command("check_invariants")  # the exchange's own watch over money and trades agrees
    return found + ([f"check_invariants: {own.stderr.strip()[-500:]}"] if own.returncode else [])


def ask(portal: Portal, question: str, *values: Any) -> Any:
    """One figure."""
    with portal.database() as database:
        return books.one(database, question, *values)


def breaches_of_log(portal: Portal, heads: list[tuple[int, bytes]]) -> list[str]:
    """Whether all that was ever published is a beginning of what is published now, each entry in it once."""
    found = [] if books.wait_until_published(portal) >= 0 else ["entries wait for more than 60 s to be published"]
    leaves = books.published(portal)
    if len(set(leaves)) != len(leaves):
        found.append(f"{len(leaves) - len(set(leaves))} leaves stand in the log twice")
    found += [
        f"checkpoint {size} is no beginning of the log" for size, root in heads if books.root(leaves[:size]) != root
    ]
    lost = ask(portal, "SELECT count(*) FROM exchange_entry") - len(leaves)
    return found + ([f"{lost} entries are lost"] if lost else [])


def breaches_of_files(portal: Portal, size: int, root: bytes) -> list[str]:
    """Whether the files beside a checkpoint hold what it signs."""
    try:
        leaves = books.published(portal)
    except (OSError, AssertionError) as problem:
        return [f"a checkpoint of {size} entries is signed without its files: {problem!r}"]
    return [] if books.root(leaves[:size]) == root else [f"the files beside checkpoint {size} hold another tree"]
