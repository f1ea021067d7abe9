"""Looking at the books, and stopping trade where they are broken."""

import datetime as dt

import structlog

from accounts.access.actor import Actor
from exchange.common.clock import now
from transactions.halts.services import halt
from transactions.invariants.checks import Finding, breaches

log = structlog.get_logger(__name__)
RECENT = dt.timedelta(days=2)


def watch(*, actor: Actor, whole: bool = False) -> list[Finding]:
    """Check all invariants, of the last days or (`whole`) of all time; a breach stops trade and is alarmed."""
    found = breaches(since=None if whole else now() - RECENT)
    if found:
        halt(findings=[one.as_dict for one in found], actor=actor)
    else:
        log.debug("invariants_hold", whole=whole)
    return found
