"""What reviewers do: take a dispute in hand, propose a settlement, decide, decide the appeal."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.codes.selectors import choices
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.ids import next_serial
from transactions.disputes import policies
from transactions.disputes.models import Dispute, Ruling
from transactions.disputes.selectors import Standing, left_of_payment, standing
from transactions.disputes.services import closing, moves
from transactions.disputes.states import DISPUTE_FLOW, RULED, DisputeState, Outcome, RulingKind
from transactions.orders.models import Order


@dataclass(frozen=True)
class Verdict:
    """What a reviewer says: outcome, sum for a division, code, article and words."""

    outcome: str
    reason_code: str
    text: str
    article: str = ""
    refund: int | None = None


@transaction.atomic
def take(*, dispute_id: int, actor: Actor) -> Dispute:
    """A reviewer takes a dispute in hand, from the queue or from a colleague."""
    dispute, _now = _judged(dispute_id, "", None, actor)
    if dispute.holder_id == actor.user.pk:  # type: ignore[union-attr]
        return dispute
    dispute.holder = actor.user
    dispute.save(update_fields=["holder"])
    moves.note(dispute, "take", actor=actor, before=dispute.state)
    return dispute


def _judged(dispute_id: int, action: str, version: int | None, actor: Actor) -> tuple[Dispute, Standing]:
    """A locked dispute this reviewer may judge now."""
    dispute = moves.locked_dispute(dispute_id, version)
    require(actor, policies.JUDGING)
    if dispute.state not in (DisputeState.MEDIATION, DisputeState.APPEALED):
        raise IllegalMove()
    if action:
        DISPUTE_FLOW.after(dispute.state, action)
    now = standing(dispute, actor.user)
    _refuse_partial(now, actor)
    return dispute, now


def _refuse_partial(now: Standing, actor: Actor) -> None:
    if now.is_interested:
        raise DomainError(
            _("You are or were a member of one of the two sides. A colleague must decide this dispute."),
            code="conflict_of_interest",
        )
    if actor.user.pk in now.cleared_by:  # type: ignore[union-attr]
        raise DomainError(
            _("You let this trade pass in the legality check. A colleague must decide this dispute."),
            code="cleared_the_trade",
        )
    if now.dispute.state == DisputeState.APPEALED and actor.user.pk in now.judges:  # type: ignore[union-attr]
        raise DomainError(
            _("You proposed or decided in this dispute. A second reviewer must decide the appeal."),
            code="second_person",
        )


@transaction.atomic
def propose(*, dispute_id: int, verdict: Verdict, version: int | None = None, actor: Actor) -> Ruling:
    """A reviewer proposes a settlement; it takes effect when a signatory of each side accepts it."""
    dispute, _now = _judged(dispute_id, "propose", version, actor)
    made = _rule(dispute, RulingKind.PROPOSAL, verdict, actor)
    moves.move(dispute, "propose", actor=actor, noted=_noted(made), rows=[made], holder=actor.user)
    moves.tell(dispute, "proposed", actor=actor, text=made.text)
    return made


@transaction.atomic
def decide(*, dispute_id: int, verdict: Verdict, version: int | None = None, actor: Actor) -> Ruling:
    """A reviewer decides by reason and article; the decision takes effect unless a side appeals in time."""
    dispute, _now = _judged(dispute_id, "decide", version, actor)
    made = _rule(dispute, RulingKind.DECISION, verdict, actor)
    moves.move(dispute, "decide", actor=actor, noted=_noted(made), rows=[made], holder=None)
    moves.tell(dispute, "decided", actor=actor, text=made.text)
    return made


@transaction.atomic
def decide_appeal(*, dispute_id: int, verdict: Verdict, version: int | None = None, actor: Actor) -> Ruling:
    """A second reviewer decides the appeal; this decision takes effect at once."""
    dispute, _now = _judged(dispute_id, "decide_appeal", version, actor)
    made = _rule(dispute, RulingKind.APPEAL, verdict, actor)
    moves.move(dispute, "decide_appeal", actor=actor, noted=_noted(made), rows=[made], holder=None, due_on=None)
    if not dispute.order.is_held:
        closing.close(dispute, "close", made, actor=actor)
    else:
        moves.tell(dispute, "decided", actor=actor, text=made.text)
    return made


def _noted(ruling: Ruling) -> dict[str, object]:
    return {
        "ruling": ruling.number,
        "outcome": ruling.outcome,
        "refund": str(ruling.refund),
        "reason_code": ruling.reason_code,
        "article": ruling.article,
        "said": ruling.text,
    }


def _rule(dispute: Dispute, kind: str, verdict: Verdict, actor: Actor) -> Ruling:
    text = moves.checked_reason("decide", verdict.reason_code, verdict.text)
    needs_article = kind != RulingKind.PROPOSAL
    if needs_article and verdict.article not in dict(choices("dispute_article")):
        words = _("Choose the article the decision rests on.")
        raise DomainError(words, code="article_missing", fields={"article": words})
    return Ruling.objects.create(
        dispute=dispute,
        kind=kind,
        number=f"QĐ-TC-{today().year}-{next_serial('decision'):06d}",
        outcome=verdict.outcome,
        refund=_refund(dispute.order, verdict),
        reason_code=verdict.reason_code,
        article=verdict.article if needs_article else "",
        text=text,
        made_by=actor.user,
    )


def _refund(order: Order, verdict: Verdict) -> int:
    """What the buyer gets back: all, nothing, or a part of what was paid."""
    if verdict.outcome not in RULED:
        words = _("Choose an outcome.")
        raise DomainError(words, code="outcome_missing", fields={"outcome": words})
    left = left_of_payment(order)
    if verdict.outcome != Outcome.SPLIT:
        return left if verdict.outcome == Outcome.BUYER else 0
    if not left:
        raise DomainError(_("No payment of this order is left to divide."), code="nothing_to_divide")
    if verdict.refund is None or not 0 < verdict.refund < left:
        words = _("Enter what the buyer gets back: more than nothing, less than what was paid.")
        raise DomainError(words, code="amount_out_of_range", fields={"amount": words})
    return verdict.refund
