"""What both sides make of a ruling: accept or reject a proposal, accept a decision, appeal once."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from transactions.disputes import policies
from transactions.disputes.models import Consent, Dispute
from transactions.disputes.selectors import Standing, standing
from transactions.disputes.services import closing, moves
from transactions.disputes.services.moves import Files
from transactions.disputes.states import SIDES, DisputeState


@transaction.atomic
def respond(*, dispute_id: int, ruling: str, is_accepted: bool, actor: Actor) -> Dispute:
    """A signatory accepts or rejects the ruling with this number; once both sides accepted, it takes effect."""
    dispute = moves.locked_dispute(dispute_id)
    side = moves.signing_side(actor, dispute.order)
    now = standing(dispute)
    _check_answerable(now, side, ruling, is_accepted=is_accepted)
    given = Consent.objects.create(ruling=now.ruling, side=side, is_accepted=is_accepted, made_by=actor.user)
    dispute.version += 1
    dispute.save(update_fields=["version"])
    action = "accept" if is_accepted else "reject"
    moves.note(dispute, action, actor=actor, before=dispute.state, side=side, ruling=ruling, rows=[given])
    if is_accepted and all(standing(dispute).answered(one) for one in SIDES):
        ending = "agree" if dispute.state == DisputeState.MEDIATION else "close"
        closing.close(dispute, ending, standing(dispute).ruling, actor=actor)
        return dispute
    moves.tell(dispute, f"{action}ed", "seller" if side == "buyer" else "buyer", actor=actor)
    if not is_accepted:
        moves.tell_reviewers(dispute, "to_review", actor=actor)
    return dispute


def _check_answerable(now: Standing, side: str, ruling: str, *, is_accepted: bool) -> None:
    if now.ruling is None or now.answered(side):
        raise IllegalMove()
    if not is_accepted and now.dispute.state != DisputeState.MEDIATION:
        raise IllegalMove()  # a decision is not rejected; an appeal is made
    if is_accepted and now.is_held:
        raise DomainError(
            _("The order is on hold. The ruling can take effect once the hold has been concluded."), code="held"
        )
    if now.ruling.number != ruling:
        raise DomainError(_("There is a newer proposal. Read it on this page, then answer."), code="ruling_replaced")


@transaction.atomic
def appeal(
    *,
    dispute_id: int,
    reason_code: str,
    text: str,
    files: Files = (),
    version: int | None = None,
    actor: Actor,
) -> Dispute:
    """A side appeals a decision, once and in time; another reviewer decides."""
    dispute = moves.locked_dispute(dispute_id, version)
    side = moves.speaking_side(actor, dispute.order)
    if not policies.can_appeal(standing(dispute), side, today()):
        raise IllegalMove()
    text = moves.checked_reason("appeal", reason_code, text)
    said = moves.say(dispute, "appeal", side, text=text, files=files, reason_code=reason_code, actor=actor)
    noted = {"side": side, "reason_code": reason_code, "said": text, "papers": moves.hashes_of(said)}
    moves.move(dispute, "appeal", actor=actor, noted=noted, rows=moves.rows_of(said), holder=None)
    moves.tell(dispute, "appealed", "seller" if side == "buyer" else "buyer", actor=actor, text=text)
    moves.tell_reviewers(dispute, "to_review", actor=actor)
    return dispute
