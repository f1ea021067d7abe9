"""What pages and use cases read of a dispute: what counts now, who may judge, the queue."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.models import StaffRole
from accounts.users.models import User
from exchange.codes.services import due_day
from exchange.common.clock import local_day, today
from exchange.rules.selectors import parameters
from transactions.compliance.models import LegalityDecision
from transactions.compliance.selectors import is_interested
from transactions.disputes import policies
from transactions.disputes.models import Dispute, DisputeEvidence, Ruling, Statement
from transactions.disputes.states import DisputeState, Outcome, RulingKind
from transactions.ledger.selectors import left_of_settlement
from transactions.orders.models import Order
from transactions.orders.selectors import NextStep
from transactions.orders.states import OrderState


@dataclass(frozen=True)
class Standing:
    """A dispute with everything a decision about it rests on."""

    dispute: Dispute
    rulings: list[Ruling] = field(default_factory=list)
    cleared_by: frozenset[int] = frozenset()  # who let the trade pass in the legality check
    is_interested: bool = False
    is_held: bool = False  # a ruling is not carried out while a HOLD lies on the order

    @property
    def ruling(self) -> Ruling | None:
        """The ruling both sides may answer now: the open proposal, or the decision that may be appealed."""
        last = self.rulings[-1] if self.rulings else None
        wanted = {DisputeState.MEDIATION: RulingKind.PROPOSAL, DisputeState.DECIDED: RulingKind.DECISION}
        if last is None or last.kind != wanted.get(self.dispute.state):
            return None
        return None if any(not one.is_accepted for one in last.consents.all()) else last

    def answered(self, side: str) -> bool:
        """Whether a side has accepted the ruling that counts now."""
        return self.ruling is not None and any(one.side == side for one in self.ruling.consents.all())

    @property
    def judges(self) -> frozenset[int]:
        """People who have proposed or decided in this dispute."""
        return frozenset(ruling.made_by_id for ruling in self.rulings)


UNRULED = (DisputeState.OPENED, DisputeState.ANSWER_DUE)


def rulings_of(dispute: Dispute) -> list[Ruling]:
    """Proposals and decisions with what each side made of them, oldest first."""
    made = dispute.rulings.select_related("made_by").prefetch_related("consents__made_by")
    return list(made.order_by("pk"))


def standing(dispute: Dispute, user: User | None = None) -> Standing:
    """What counts now in a dispute, as far as this person is concerned."""
    rulings = [] if dispute.state in UNRULED else rulings_of(dispute)
    is_judge = user is not None and dispute.is_open
    return Standing(
        dispute=dispute,
        rulings=rulings,
        cleared_by=cleared_by(dispute.order) if is_judge else frozenset(),
        is_interested=is_judge and is_interested(user, dispute.order),
        is_held=dispute.is_open and dispute.order.is_held,
    )


def cleared_by(order: Order) -> frozenset[int]:
    """People whose decision let the trade pass; they do not judge it."""
    passed = LegalityDecision.objects.filter(order=order, verdict__in=("clear", "propose"), decided_by__isnull=False)
    return frozenset(passed.values_list("decided_by", flat=True))


def standing_for(dispute: Dispute, actor: Actor) -> Standing:
    """The same for an actor; what bars a reviewer is only read for reviewers."""
    return standing(dispute, actor.user if actor.staff_role == StaffRole.REVIEWER else None)


def allowed_actions(actor: Actor, now: Standing) -> list[str]:
    """Actions open to the actor: exactly what the services accept."""
    return policies.allowed_actions(actor, now, today())


def latest_dispute(order: Order) -> Dispute | None:
    """The last dispute of an order, open or closed."""
    found = Dispute.objects.filter(order=order).order_by("-pk").first()
    if found:
        found.order = order
    return found


def statements_of(dispute: Dispute) -> list[Statement]:
    """Everything both sides said, with their papers, oldest first."""
    said = dispute.statements.select_related("made_by").prefetch_related("evidence__file")
    return list(said.order_by("pk"))


def papers_of(dispute: Dispute) -> QuerySet[DisputeEvidence]:
    """Papers of a dispute with their files."""
    papers = DisputeEvidence.objects.filter(statement__dispute=dispute)
    return papers.select_related("file", "statement").order_by("pk")


def last_day_to_open(order: Order) -> dt.date | None:
    """The last day a dispute may be opened about a completed order; None while the order runs."""
    if order.state != OrderState.COMPLETED:
        return None
    done = local_day(order.state_since)
    return due_day(done, parameters(done).get("dispute_open_days"))


def is_settled(order: Order) -> bool:
    """Whether an earlier dispute of this order ended with a ruling: the matter is closed."""
    ruled = Q(state=DisputeState.CLOSED) & ~Q(outcome=Outcome.WITHDRAWN)
    return Dispute.objects.filter(ruled, order=order).exists()


def left_of_payment(order: Order) -> int:
    """What of the buyer's payment has not gone back yet, in dong."""
    if order.state == OrderState.COMPLETED and not order.is_free:
        return sum(left_of_settlement(order.number).values())
    return order.total


def can_open(actor: Actor, order: Order, *, last: Dispute | None, is_frozen: bool) -> bool:
    """Whether the actor may open a dispute now; `last` is the latest dispute of the order."""
    if is_frozen or not policies.may_open(actor, order):
        return False
    if last is not None and last.outcome and last.outcome != Outcome.WITHDRAWN:
        return False
    day = last_day_to_open(order)
    return day is None or today() <= day


WHO: dict[str, tuple[str, str | Promise]] = {
    DisputeState.OPENED: ("exchange", _("The exchange asks the other side for its answer.")),
    DisputeState.MEDIATION: ("exchange", _("A reviewer of the exchange mediates: proposes a settlement or decides.")),
    DisputeState.DECIDED: ("both", _("Both sides may accept the decision or appeal once; then it takes effect.")),
    DisputeState.APPEALED: ("exchange", _("A second reviewer of the exchange decides the appeal.")),
}
ANSWERING = {
    "buyer": _("The buyer answers the complaint; after the time limit the exchange goes on without the answer."),
    "seller": _("The seller answers the complaint; after the time limit the exchange goes on without the answer."),
}


def next_step(now: Standing) -> NextStep:
    """Who acts next in a dispute, what is expected, and until when."""
    dispute = now.dispute
    if dispute.state == DisputeState.CLOSED:
        return NextStep("nobody", _("The dispute is closed."))
    if dispute.state == DisputeState.ANSWER_DUE:
        return NextStep(dispute.other_side, ANSWERING[dispute.other_side], dispute.due_on)
    if dispute.state == DisputeState.MEDIATION and now.ruling:
        return NextStep("both", _("A signatory of each side accepts the proposal or rejects it."), dispute.due_on)
    who, sentence = WHO[dispute.state]
    return NextStep(who, sentence, dispute.due_on)


def next_step_of(dispute: Dispute) -> NextStep:
    """The same for the page of the order, with no more reads than the sentence needs."""
    is_answerable = dispute.state == DisputeState.MEDIATION
    return next_step(Standing(dispute, rulings_of(dispute) if is_answerable else []))


def waiting_for_review() -> QuerySet[Dispute]:
    """Disputes that wait for a reviewer, the most urgent first."""
    waiting = Dispute.objects.filter(state__in=[DisputeState.MEDIATION, DisputeState.APPEALED])
    return waiting.select_related("order__buyer", "order__seller", "holder").order_by("due_on", "pk")
