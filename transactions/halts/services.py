"""Stopping all trade, refusing while it is stopped, and letting it go on."""

from collections.abc import Sequence

import structlog
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.services import require
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.notifications.services import notify
from exchange.transparency.services import record
from transactions.halts.models import TradingHalt
from transactions.halts.selectors import is_halted, open_halt

log = structlog.get_logger(__name__)
LEAST_REASON = 20
TOLD = (StaffRole.SUPERVISOR, StaffRole.REVIEWER, StaffRole.FINANCE)


def require_trading() -> None:
    """Refuse while trade is stopped: nothing is ordered, signed, matched, delivered or paid out."""
    if is_halted():
        raise DomainError(
            _("Trading is stopped while the exchange checks its books. Nothing was changed; try again later."),
            code="trading_halted",
        )


@transaction.atomic
def halt(*, findings: Sequence[dict], actor: Actor) -> TradingHalt:
    """Stop all trade because an invariant is broken; one stop lies at a time, and it is alarmed once."""
    require(actor, "transactions.halt_trading")
    found = open_halt()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            stop = TradingHalt.objects.create(findings=list(findings), found_by=actor.label)
    except IntegrityError:  # two watchers at once
        return TradingHalt.objects.get(lifted_at__isnull=True)
    broken = sorted({finding["invariant"] for finding in findings})
    log.error("trading_halted", halt=stop.pk, invariants=broken, findings=len(findings))
    record("trading.halt", subject=stop, actor=actor, data={"invariants": broken, "findings": len(findings)})
    notify("trading.halted", users=_staff(), context={"invariants": ", ".join(broken), "count": len(findings)})
    return stop


@transaction.atomic
def lift(*, halt_id: int, reason: str, actor: Actor) -> TradingHalt:
    """A person lets trade go on, with a reason that is kept; if the cause stands, the next check stops it again."""
    stop = TradingHalt.objects.select_for_update().get(pk=halt_id)
    require(actor, "transactions.lift_halt")
    if stop.lifted_at is not None:
        raise DomainError(_("This stop has been lifted already."), code="halt_lifted")
    text = clean(reason)
    if len(text) < LEAST_REASON:
        sentence = _("Say in at least 20 characters what was found and what was done.")
        raise DomainError(sentence, code="reason_missing", fields={"reason": sentence})
    stop.lifted_at, stop.lifted_by, stop.reason = now(), actor.user, text
    stop.save(update_fields=["lifted_at", "lifted_by", "reason"])
    log.warning("trading_resumed", halt=stop.pk, actor=actor.label)
    record("trading.resume", subject=stop, actor=actor, data={"reason": text})
    notify("trading.resumed", users=_staff(), context={"text": text})
    enqueue("transactions.payments.match_parked")
    enqueue("transactions.orders.resume_all")
    return stop


def _staff() -> list:
    rows = StaffAppointment.objects.filter(role__in=TOLD, ended_at__isnull=True, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")]
