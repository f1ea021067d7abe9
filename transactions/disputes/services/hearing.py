"""What both sides say: the complaint that opens a dispute, the answer, additions."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.ids import next_serial
from transactions.disputes import policies
from transactions.disputes.models import Dispute
from transactions.disputes.selectors import is_settled, last_day_to_open
from transactions.disputes.services import moves
from transactions.disputes.services.moves import Files
from transactions.disputes.states import DisputeState
from transactions.orders.models import Order
from transactions.orders.overlays import begin_dispute
from transactions.orders.services import locked, refuse_frozen


@transaction.atomic
def open_dispute(*, order_id: int, reason_code: str, text: str, files: Files = (), actor: Actor) -> Dispute:
    """A side complains: the trade is frozen at once, the other side is asked for its answer by a day."""
    order = locked(order_id)
    side = moves.speaking_side(actor, order)
    _check_openable(order)
    text = moves.checked_reason(f"open_{side}", reason_code, text)
    dispute = Dispute.objects.create(
        number=f"TC-{today().year}-{next_serial('dispute'):06d}", order=order, side=side, reason_code=reason_code
    )
    dispute.order = order
    said = moves.say(dispute, "complaint", side, text=text, files=files, reason_code=reason_code, actor=actor)
    begin_dispute(order, dispute=dispute.number, actor=actor)
    noted = {"side": side, "reason_code": reason_code, "said": text, "papers": moves.hashes_of(said)}
    moves.note(dispute, "open", actor=actor, rows=moves.rows_of(said), **noted)
    moves.move(dispute, "ask_answer", actor=Actor.system("disputes"))
    moves.tell(dispute, "opened", dispute.other_side, actor=actor, text=text)
    moves.tell(dispute, "received", side, actor=Actor.system("disputes"))
    return dispute


def _check_openable(order: Order) -> None:
    if order.is_disputed:
        raise DomainError(_("A dispute about this order is open already."), code="already_disputed")
    if order.state not in policies.OPENABLE:
        raise DomainError(
            _("A dispute can be opened once the data has been handed over, not at the present stage."), code="too_late"
        )
    refuse_frozen(order)
    if is_settled(order):
        raise DomainError(
            _("A dispute about this order has been decided already. The matter is closed at the exchange."),
            code="already_settled",
        )
    last_day = last_day_to_open(order)
    if last_day is not None and today() > last_day:
        raise DomainError(_("The time for opening a dispute about this order is over."), code="window_closed")


@transaction.atomic
def answer(*, dispute_id: int, text: str, files: Files = (), version: int | None = None, actor: Actor) -> Dispute:
    """The other side answers with its papers; a reviewer of the exchange then mediates."""
    dispute = moves.locked_dispute(dispute_id, version)
    side = moves.speaking_side(actor, dispute.order)
    if dispute.state != DisputeState.ANSWER_DUE or side != dispute.other_side:
        raise IllegalMove()
    text = moves.checked_text(text)
    said = moves.say(dispute, "answer", side, text=text, files=files, actor=actor)
    noted = {"side": side, "said": text, "papers": moves.hashes_of(said)}
    moves.move(dispute, "answer", actor=actor, noted=noted, rows=moves.rows_of(said))
    moves.tell(dispute, "answered", dispute.side, actor=actor, text=text)
    moves.tell_reviewers(dispute, "to_review", actor=actor)
    return dispute


@transaction.atomic
def add(*, dispute_id: int, text: str, files: Files = (), version: int | None = None, actor: Actor) -> Dispute:
    """A side adds words and papers while the dispute is heard; the other side reads them at once.

    The very words and papers the side added last are kept once, whoever presses the button again.
    """
    dispute = moves.locked_dispute(dispute_id, version)
    side = moves.speaking_side(actor, dispute.order)
    answers_first = dispute.state == DisputeState.ANSWER_DUE and side != dispute.side
    if dispute.state not in policies.HEARING or answers_first:
        raise IllegalMove()
    text = moves.checked_text(text)
    if moves.was_just_said(dispute, "addition", side, text, files):
        return dispute
    said = moves.say(dispute, "addition", side, text=text, files=files, actor=actor)
    noted = {"side": side, "said": text, "papers": moves.hashes_of(said)}
    moves.note(dispute, "add", actor=actor, before=dispute.state, rows=moves.rows_of(said), **noted)
    moves.tell(dispute, "added", "seller" if side == "buyer" else "buyer", actor=actor, text=text)
    return dispute
