"""What the legality check reads: facts of the day, the evaluation that counts, holds, proposals, queues."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from accounts.access.actor import Actor
from accounts.organisations.models import Membership, Organisation
from accounts.users.models import User
from accounts.verification.selectors import has_valid_service_contract
from catalog.offers.models import Listing
from catalog.offers.names import content_as_approved
from catalog.offers.selectors import content_hash
from catalog.offers.states import ListingState
from exchange.codes.selectors import covers, is_abroad
from exchange.rules.findings import Finding, Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation, parameters
from transactions.compliance import policies
from transactions.compliance.facts import Facts, facts_of
from transactions.compliance.models import LegalityDecision
from transactions.compliance.rules import STAGE
from transactions.orders import owners
from transactions.orders.models import Hold, Order
from transactions.orders.selectors import overlapping_right
from transactions.orders.snapshot import digest
from transactions.orders.states import OrderState
from transactions.pricing.selectors import is_vat_in_force


def facts(order: Order, day: dt.date) -> Facts:
    """The facts of a trade on a day: the frozen record, and what holds of both sides and the market."""
    sides = {"buyer": _side(order.buyer, "buyer", day), "seller": _side(order.seller, "seller", day)}
    return facts_of(order.snapshot, sides=sides, market=_market(order, day))


def _side(organisation: Organisation, role: str, day: dt.date) -> dict:
    return {
        "pk": str(organisation.pk),
        "role": role,
        "kind": organisation.kind,
        "is_active": organisation.is_active,
        "is_foreign": organisation.is_foreign,
        "group": organisation.group_code,
        "has_service_contract": has_valid_service_contract(organisation, day),
    }


def _market(order: Order, day: dt.date) -> dict:
    frozen = order.snapshot
    request, allowed = frozen["request"], frozen["terms"]["territories"]
    overlap = overlapping_right(order, day)
    listing = Listing.objects.select_related("revision__asset__owner", "licence").get(pk=order.listing_id)
    return {
        "day": day.isoformat(),
        "shares": owners.facts(order, day),
        "listed_hash": listing.content_hash,
        "content_hash": content_hash(content_as_approved(listing)),
        "snapshot_digest": order.snapshot_digest,
        "snapshot_recomputed": digest(frozen),
        "territory_covered": covers(allowed, request["territory"]),
        "storage_covered": covers(allowed, request["storage_place"]),
        "territory_abroad": is_abroad(request["territory"]),
        "storage_abroad": is_abroad(request["storage_place"]),
        "exclusive_overlap": overlap.number if overlap else "",
        "vat_in_force": is_vat_in_force(frozen["offer"]["vat_treatment"], day),
        "unreasoned_refusals": _unreasoned_refusals(order),
    }


def _unreasoned_refusals(order: Order) -> int:
    """Refusals of this asset's listings that lack a number or a reason (N314 7.4, R102)."""
    unreasoned = Q(decision_number="") | Q(reason_text="")
    return (
        Listing.objects.filter(revision__asset=order.listing.revision.asset_id, state=ListingState.REJECTED)
        .filter(unreasoned)
        .count()
    )


@dataclass(frozen=True)
class Case:
    """Everything a decision about one trade rests on."""

    order: Order
    evaluation: Evaluation | None
    findings: list[Finding]
    holds: list[Hold]
    needs_second: bool
    proposal: LegalityDecision | None
    decisions: list[LegalityDecision] = field(default_factory=list)

    @property
    def is_blocked(self) -> bool:
        """Whether a rule bars the trade: only refusal and return are left."""
        return any(finding.verdict == Verdict.BLOCK for finding in self.findings)

    @property
    def to_conclude(self) -> list[Hold]:
        """Findings that need their own conclusion before the trade is cleared."""
        return [hold for hold in self.holds if hold.is_finding]

    @property
    def other_holds(self) -> list[Hold]:
        """Holds of people or of integrity; they must be released before the trade is cleared."""
        return [hold for hold in self.holds if not hold.is_finding]


def case(order: Order) -> Case:
    """The case of a trade as it stands now."""
    evaluation = latest_evaluation(order, STAGE)
    decisions = list(order.legality_decisions.select_related("decided_by", "evaluation").order_by("pk"))
    return Case(
        order=order,
        evaluation=evaluation,
        findings=[Finding.from_dict(row) for row in evaluation.findings] if evaluation else [],
        holds=list(order.holds.open().order_by("pk")),
        needs_second=needs_second(order, order_day(evaluation)),
        proposal=_proposal(decisions, evaluation),
        decisions=decisions,
    )


def order_day(evaluation: Evaluation | None) -> dt.date | None:
    """The day of an evaluation, by whose parameters it was made."""
    return dt.date.fromisoformat(evaluation.parameters["day"]) if evaluation else None


def needs_second(order: Order, day: dt.date | None) -> bool:
    """Whether clearing takes a second person: above the value or the class threshold (product rule 2.2)."""
    if day is None:
        return False
    limits = parameters(day)
    importance = order.snapshot["class"]["importance"]
    return order.total >= limits.get("four_eyes_amount") or importance in limits.get("four_eyes_classes")


def _proposal(decisions: list[LegalityDecision], evaluation: Evaluation | None) -> LegalityDecision | None:
    """The open proposal to clear: the last decision, made over the evaluation that counts now."""
    last = decisions[-1] if decisions else None
    if last is None or evaluation is None or last.verdict != "propose" or last.evaluation_id != evaluation.pk:
        return None
    return last


def is_interested(user: User | None, order: Order) -> bool:
    """Whether a reviewer is or ever was a member of one of the two sides or of an owner (N314 5.2(c), R40)."""
    if user is None:
        return False
    concerned = {order.buyer_id, order.seller_id, *owners.weights(order)}
    return Membership.objects.filter(user=user, organisation__in=concerned).exists()


def allowed_actions(actor: Actor, order: Order, of: Case | None = None) -> list[str]:
    """Actions of the legality check open to an actor on this order now."""
    if order.state != OrderState.LEGALITY_REVIEW:
        return policies.allowed_actions(actor, order)
    now = of or case(order)
    return policies.allowed_actions(
        actor,
        order,
        is_interested=is_interested(actor.user, order),
        is_blocked=now.is_blocked,
        needs_second=now.needs_second,
        proposed_by=now.proposal.decided_by_id if now.proposal else None,
        other_holds=now.other_holds,
    )


def waiting_for_review() -> QuerySet[Order]:
    """The queue of the legality check, the most urgent first."""
    return (
        Order.objects.filter(state=OrderState.LEGALITY_REVIEW)
        .select_related("buyer", "seller", "holder")
        .order_by("due_on", "pk")
    )


def on_hold() -> QuerySet[Order]:
    """Open orders that a hold of people or of integrity stops, outside the legality check's own findings."""
    held = Hold.objects.open().placed_by_people()
    return (
        Order.objects.open()
        .filter(holds__in=held)
        .select_related("buyer", "seller", "holder")
        .distinct()
        .order_by("state_since", "pk")
    )
