"""Two disputes of the demonstration: one in mediation, one decided by dividing the payment."""

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from exchange.demo.cast import Cast
from exchange.demo.papers import paper
from transactions.disputes.models import Dispute
from transactions.disputes.services import answer, decide, open_dispute, respond
from transactions.disputes.services.rulings import Verdict
from transactions.disputes.states import Outcome
from transactions.orders.models import Order

COMPLAINT = "Dữ liệu năm 2018 của một số dòng không khớp với từ điển dữ liệu đã công bố (minh họa)."
ANSWER = "Số liệu đã được cập nhật theo phương pháp mới; phần chênh lệch nêu tại tài liệu kèm theo (minh họa)."
RULING = "Một phần số liệu chưa khớp từ điển dữ liệu; bên bán hoàn lại một phần giá trị giao dịch (minh họa)."


def mediation(order: Order, buyer: Actor, seller: Actor) -> Dispute:
    """The buyer complains with a paper, the seller answers: a reviewer has to mediate."""
    papers = [paper(f"Biên bản đối chiếu {order.number}")]
    dispute = open_dispute(order_id=order.pk, reason_code="content_differs", text=COMPLAINT, files=papers, actor=buyer)
    papers = [paper(f"Giải trình của bên bán {order.number}")]
    return answer(dispute_id=dispute.pk, text=ANSWER, files=papers, actor=seller)


def divided(order: Order, cast: Cast, buyer: Actor, seller: Actor, signatories: list[Actor]) -> Dispute:
    """A reviewer divides the payment, a signatory of each side accepts: the decision takes effect."""
    dispute = mediation(order, buyer, seller)
    verdict = Verdict(
        outcome=Outcome.SPLIT,
        reason_code="claim_partly_founded",
        text=RULING,
        article="N314-17",
        refund=order.total // 4,
    )
    ruling = decide(dispute_id=dispute.pk, verdict=verdict, actor=cast.staff(StaffRole.REVIEWER))
    for signatory in signatories:
        respond(dispute_id=dispute.pk, ruling=ruling.number, is_accepted=True, actor=signatory)
    return dispute
