"""What the calendar demands of a dispute: remind, go on without an answer, let a decision take effect."""

from django.db import transaction
from django.db.models import Q

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.codes.services import days_left
from exchange.common.clock import local_day, now, today
from exchange.rules.selectors import parameters
from transactions.disputes.models import Dispute
from transactions.disputes.services import closing, moves
from transactions.disputes.states import DisputeState, RulingKind
from transactions.halts.selectors import is_halted

CLOCKED = (DisputeState.ANSWER_DUE, DisputeState.DECIDED)
OF_THE_EXCHANGE = (DisputeState.MEDIATION, DisputeState.APPEALED)  # nobody else can go on: it is told once


def run(*, actor: Actor) -> int:
    """Let the clock act on every dispute that waits, each in its own transaction; how many it acted on.

    While trading is stopped no ruling could be carried out, and nobody misses a day: the clocks stand still.
    """
    if is_halted():
        return 0
    is_late = Q(state__in=OF_THE_EXCHANGE, due_on__lt=today(), reminded_at=None)
    waiting = Dispute.objects.filter(Q(state__in=CLOCKED) | is_late).order_by("pk").values_list("pk", flat=True)
    return sum(act_on(dispute_id=pk, actor=actor) for pk in waiting)


@transaction.atomic
def act_on(*, dispute_id: int, actor: Actor) -> bool:
    """Do the one thing the calendar demands of a dispute now; running it again changes nothing."""
    dispute = moves.locked_dispute(dispute_id)
    require(actor, "transactions.run_clock")
    is_over = dispute.due_on is None or dispute.due_on < today()
    if dispute.state == DisputeState.ANSWER_DUE:
        return _go_on(dispute, actor) if is_over else _remind(dispute, actor)
    if dispute.state in OF_THE_EXCHANGE:
        return is_over and _tell_late(dispute, actor)
    if dispute.state == DisputeState.DECIDED and is_over and not dispute.order.is_held:
        ruling = dispute.rulings.exclude(kind=RulingKind.PROPOSAL).order_by("-pk").first()
        closing.close(dispute, "close", ruling, actor=actor)
        return True
    return False


def _go_on(dispute: Dispute, actor: Actor) -> bool:
    moves.move(dispute, "go_on", actor=actor)
    moves.tell(dispute, "unanswered", actor=actor)
    moves.tell_reviewers(dispute, "to_review", actor=actor)
    return True


def _tell_late(dispute: Dispute, actor: Actor) -> bool:
    """The exchange itself is late: its reviewers hear it, and the supervisor, once a stage."""
    if dispute.reminded_at:
        return False
    dispute.reminded_at = now()
    dispute.save(update_fields=["reminded_at"])
    moves.tell_reviewers(dispute, "late", actor=actor)
    moves.tell_supervisors(dispute, "late", actor=actor)
    return True


def _remind(dispute: Dispute, actor: Actor) -> bool:
    waited = days_left(local_day(dispute.state_since), today())
    if dispute.reminded_at or waited < parameters(today()).get("dispute_answer_remind_days"):
        return False
    dispute.reminded_at = now()
    dispute.save(update_fields=["reminded_at"])
    moves.tell(dispute, "remind", dispute.other_side, actor=actor)
    return True
