"""A trade as staff read it: findings, facts, money, course, and the decisions open to this person."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation
from exchange.codes.selectors import choices, label
from exchange.codes.services import days_left
from exchange.common.casefile import Case as CasePage
from exchange.common.casefile import Decision, Earlier, Fact, Money, Option, Party, Step
from exchange.common.clock import today
from exchange.rules.selectors import parameters
from transactions.compliance.models import LegalityDecision
from transactions.compliance.selectors import Case, allowed_actions, case, is_interested
from transactions.compliance.services import RETURNABLE
from transactions.orders import policies as orders
from transactions.orders.models import Order
from transactions.orders.owners import split_of
from transactions.orders.selectors import next_step
from transactions.orders.states import FINAL_STATES, OrderState

TONES = {
    OrderState.COMPLETED: "ok",
    OrderState.REFUSED: "err",
    OrderState.TERMINATED: "err",
    OrderState.CANCELLED: "err",
    OrderState.RETURNED: "warn",
    OrderState.LEGALITY_REVIEW: "info",
}
VERDICT_TONES = {"clear": "ok", "propose": "info", "return": "warn", "refuse": "err"}


def casefile(order: Order, actor: Actor) -> CasePage:
    """Everything a decision about a trade rests on."""
    now = case(order)
    held = bool(now.holds)
    axes = order.snapshot.get("class", {})
    step = next_step(order, held=held)
    due = step.due_on
    return CasePage(
        kind=_("Trade"),
        title=order.title,
        number=order.number,
        lead=_("%(seller)s sells to %(buyer)s.") % {"seller": order.seller.name, "buyer": order.buyer.name},
        tone="warn" if held or order.is_disputed else TONES.get(order.state, ""),
        state=_state(order, held=held),
        stage=str(step.sentence),
        holder=str(order.holder) if order.holder else "",
        due=due,
        days=days_left(today(), due) if due else None,
        klass=klass_of(axes),
        facts=_facts(order),
        evaluation=now.evaluation,
        parties=[_party(order.buyer, _("Buyer")), _party(order.seller, _("Seller"))],
        money=_money(order),
        course=_course(order),
        earlier=[_made(decision) for decision in now.decisions],
        decisions=_decisions(order, now, actor),
    )


def _state(order: Order, *, held: bool) -> str:
    if order.is_disputed:
        return _("In dispute")
    return _("On hold") if held else str(order.get_state_display())


def klass_of(axes: dict[str, Any]) -> tuple[str, str, str]:
    """Sharing nature (State sources only), importance, origin as the badges take them."""
    sharing = axes.get("sharing", "") if axes.get("source") == "STATE" else ""
    return sharing, axes.get("importance", ""), axes.get("origin", "")


def _facts(order: Order) -> list[Fact]:
    frozen = order.snapshot
    listing, terms = frozen.get("listing", {}), frozen.get("terms") or {}
    months = terms.get("term_months")
    return [
        Fact(_("Dataset"), listing.get("dataset", ""), listing.get("certificate", "")),
        Fact(_("Hash of the listing"), frozen.get("content_hash", ""), is_hash=True),
        Fact(_("Purpose of use"), label("purpose", order.purpose)),
        Fact(_("Territory of use"), label("territory", order.territory)),
        Fact(_("Place of storage"), label("territory", order.storage_place)),
        Fact(_("Term"), _("%(months)s months") % {"months": months} if months else _("no end")),
        Fact(_("How the data will be used"), order.use_description, order.supplement),
        Fact(_("Hash of the order"), order.snapshot_digest, is_hash=True),
    ]


def _party(organisation: Organisation, relation: str) -> Party:
    tone = "ok" if organisation.is_active else "err"
    return Party(organisation.name, relation, organisation.group_code, tone, organisation.get_state_display())


def _money(order: Order) -> Money | None:
    """The frozen figures; nothing before the seller accepted, nothing for what is free."""
    if not order.quote or order.is_free:
        return None
    return Money(
        total=[(_("Price"), order.price), (_("VAT"), order.vat), (_("The buyer pays"), order.total)],
        split=[
            *split_lines(order),
            (_("Fee of the exchange"), order.fee),
            (_("VAT on the fee"), order.fee_vat),
        ],
    )


def split_lines(order: Order) -> list[tuple[str, int]]:
    """What the seller receives, or each owner with its share (R59)."""
    parts = split_of(order)
    if not parts:
        return [(_("The seller receives"), order.seller_share)]
    line = _("%(owner)s receives (%(share)s%%)")
    return [(line % {"owner": part.owner.name, "share": part.shown}, part.amount) for part in parts]


def _course(order: Order) -> list[Step]:
    steps = [
        Step("done", OrderState(event.after).label, event.made_at, event.reason_text)
        for event in order.events.order_by("pk")
    ]
    if order.state in FINAL_STATES or not steps:
        return steps
    last = steps.pop()
    return [*steps, Step("now", last.name, last.when, last.who), Step("wait", _("Next step"))]


def _made(decision: LegalityDecision) -> Earlier:
    reason = label("reason_trade", decision.reason_code) if decision.reason_code else ""
    ground = ", ".join(part for part in (reason, ", ".join(decision.cleared_rules), decision.text) if part)
    return Earlier(
        number=decision.number,
        when=decision.decided_at,
        what=str(decision.decided_by or _("by rules alone")),
        tone=VERDICT_TONES[decision.verdict],
        result=verdict_names()[decision.verdict],
        ground=ground,
    )


def verdict_names() -> dict[str, str]:
    """Decisions of the legality check in words."""
    return {
        "clear": _("Cleared"),
        "propose": _("Clearing proposed"),
        "return": _("Returned"),
        "refuse": _("Refused"),
    }


def _decisions(order: Order, now: Case, actor: Actor) -> list[Decision]:
    found = []
    if order.state == OrderState.LEGALITY_REVIEW:
        found.append(_legality(order, now, actor))
    hold = _hold(order, now, actor)
    if hold.options:
        found.append(hold)
    return found or [Decision("none", _("Decision"), order.version, closed=_("There is nothing to decide now."))]


def _legality(order: Order, now: Case, actor: Actor) -> Decision:
    actions = allowed_actions(actor, order, now)
    conflict = ""
    if may(actor, "transactions.review_legality") and is_interested(actor.user, order):
        conflict = _("You are or were a member of one of the two sides, so a colleague decides (R40).")
    approving = "clear" if "clear" in actions else "propose" if "propose" in actions else ""
    options = [_approve(approving, now)] if approving else []
    options += [option for code, option in (("return", _return()), ("refuse", _refuse())) if code in actions]
    return Decision(
        key="legality",
        title=_("Legality check"),
        version=order.version,
        options=options,
        submit=_("Record the proposal") if approving == "propose" else "",
        can_take="take" in actions and order.holder_id is None,
        conflict=conflict,
        clear="" if conflict or not actions else _("You have no part in either side (R40)."),
        eyes_why=_eyes_why(order, now),
        eyes=_eyes(now, actor),
        closed="" if may(actor, "transactions.review_legality") else _("Your role reads this trade."),
    )


def _approve(action: str, now: Case) -> Option:
    holds = [(hold.rule, hold.sentence) for hold in now.to_conclude]
    if action == "propose":
        return Option("approve", _("Propose to clear the trade"), _("A second person confirms it."), holds=holds)
    note = _("The terms stay as they were read; both sides then confirm the contract.")
    return Option("approve", _("Clear the trade"), note, holds=holds)


def _return() -> Option:
    return Option(
        "return",
        _("Return for a supplement"),
        _("The buyer has the time of a returned order."),
        reasons=choices("reason_trade", action="return"),
        fields=[(name, field_names()[name]) for name in RETURNABLE],
    )


def field_names() -> dict[str, str]:
    """Answers of the buyer a reviewer can point at."""
    return {
        "purpose": _("Purpose of use"),
        "territory": _("Territory of use"),
        "storage_place": _("Place of storage"),
        "use_description": _("How the data will be used"),
        "supplement": _("Supplement"),
    }


def _refuse() -> Option:
    return Option(
        "reject",
        _("Refuse the trade"),
        _("Ends the order by a numbered decision."),
        reasons=choices("reason_trade", action="refuse"),
        articles=choices("refusal_article"),
    )


def _eyes_why(order: Order, now: Case) -> str:
    if not now.needs_second:
        return ""
    if order.total >= parameters(today()).get("four_eyes_amount"):
        return _("because of the value")
    return _("because of the class")


def _eyes(now: Case, actor: Actor) -> list[Step]:
    if not now.needs_second:
        return []
    if now.proposal is None:
        first = Step("now", _("One person proposes"), None, _("not recorded yet"))
        return [first, Step("wait", _("A second person confirms"), None, _("somebody else"))]
    words = f"“{now.proposal.text}”" if now.proposal.text else ""
    mine = actor.user is not None and now.proposal.decided_by_id == actor.user.pk
    second = _("not you: you proposed") if mine else _("the decision takes effect when it is recorded")
    return [
        Step("done", _("%(person)s proposed to clear") % {"person": now.proposal.decided_by}, None, words),
        Step("now", _("A second person confirms"), None, second),
    ]


def _hold(order: Order, now: Case, actor: Actor) -> Decision:
    actions = orders.allowed_actions(actor, order)
    options = []
    if "release" in actions:
        words = "; ".join(hold.sentence for hold in now.other_holds)
        options.append(Option("release", _("Release the hold"), words))
    if "hold" in actions:
        options.append(Option("hold", _("Hold the trade"), _("Nothing moves until the hold is released.")))
    if "terminate" in actions:
        reasons = choices("reason_trade", action="terminate")
        options.append(
            Option(
                "terminate",
                _("End the trade"),
                _("What was paid goes back to the buyer, and access ends."),
                reasons=reasons,
            )
        )
    return Decision(key="hold", title=_("Hold or end"), version=order.version, options=options)
