"""A dispute as staff read it: both sides' words and papers, money, rulings, and the decisions open to this person."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from exchange.codes.selectors import choices, label
from exchange.codes.services import days_left
from exchange.common.casefile import Case, Decision, Earlier, Fact, Money, Option, Paper, Party, Step
from exchange.common.clock import today
from exchange.transparency import kinds
from exchange.transparency.selectors import entries_of
from transactions.compliance.casefile import klass_of, split_lines
from transactions.disputes import policies
from transactions.disputes.models import Dispute, Ruling, Statement
from transactions.disputes.selectors import (
    Standing,
    allowed_actions,
    next_step,
    papers_of,
    standing_for,
    statements_of,
)
from transactions.disputes.states import DisputeState, Outcome, RulingKind
from transactions.orders.models import Order

TONES = {
    DisputeState.ANSWER_DUE: "info",
    DisputeState.MEDIATION: "warn",
    DisputeState.APPEALED: "warn",
    DisputeState.DECIDED: "info",
    DisputeState.CLOSED: "ok",
}
RULING = ("propose", "decide", "decide_appeal")
OUTCOME_TONES = {Outcome.BUYER: "warn", Outcome.SELLER: "ok", Outcome.SPLIT: "info"}


def casefile(dispute: Dispute, actor: Actor) -> Case:
    """Everything a decision about a dispute rests on."""
    order, now = dispute.order, standing_for(dispute, actor)
    step = next_step(now)
    return Case(
        kind=_("Dispute"),
        title=order.title,
        number=dispute.number,
        lead=_lead(dispute),
        tone=TONES.get(DisputeState(dispute.state), ""),
        state=dispute.get_state_display(),
        stage=str(step.sentence),
        holder=str(dispute.holder) if dispute.holder else "",
        due=step.due_on,
        days=days_left(today(), step.due_on) if step.due_on else None,
        klass=klass_of(order.snapshot.get("class", {})),
        facts=_facts(dispute, statements_of(dispute)),
        papers=_papers(dispute) if policies.may_read_evidence(actor, order) else [],
        parties=_parties(dispute),
        money=_money(order),
        course=[Step("done", kinds.label(entry.kind), entry.made_at) for entry in entries_of(dispute)],
        earlier=[_made(ruling) for ruling in now.rulings],
        decisions=[_decision(now, actor)],
        pack_url=_pack_url(dispute) if policies.may_read_evidence(actor, order) else "",
    )


def _pack_url(dispute: Dispute) -> str:
    return reverse("transactions:dispute-pack", args=[dispute.number])


def _lead(dispute: Dispute) -> str:
    names = {"order": dispute.order.number, "buyer": dispute.order.buyer.name, "seller": dispute.order.seller.name}
    if dispute.side == "buyer":
        return _("Order %(order)s: the buyer %(buyer)s complains about the seller %(seller)s.") % names
    return _("Order %(order)s: the seller %(seller)s complains about the buyer %(buyer)s.") % names


def _facts(dispute: Dispute, said: list[Statement]) -> list[Fact]:
    order = dispute.order
    facts = [
        Fact(_("Order"), order.number, str(order.get_state_display())),
        Fact(_("Reason"), label("reason_dispute", dispute.reason_code)),
        Fact(_("Hash of the order"), order.snapshot_digest, is_hash=True),
    ]
    return facts + [Fact(_said_by(one), one.text, str(one.made_by)) for one in said]


def _said_by(said: Statement) -> str:
    sides = {"buyer": _("buyer"), "seller": _("seller")}
    return _("%(what)s of the %(side)s") % {"what": said.get_kind_display(), "side": sides[said.side]}


def _papers(dispute: Dispute) -> list[Paper]:
    return [
        Paper(
            file_id=str(paper.file.pk),
            name=paper.file.name,
            what=_said_by(paper.statement),
            size=paper.file.size,
            digest=paper.file.sha256,
            media_type=paper.file.media_type,
        )
        for paper in papers_of(dispute)
    ]


def _parties(dispute: Dispute) -> list[Party]:
    sides = ((dispute.order.buyer, _("Buyer"), "buyer"), (dispute.order.seller, _("Seller"), "seller"))
    return [
        Party(one.name, name, "", "ok" if one.is_active else "err", _("complains") if dispute.side == side else "")
        for one, name, side in sides
    ]


def _money(order: Order) -> Money | None:
    if order.is_free or not order.quote:
        return None
    return Money(
        total=[(_("Price"), order.price), (_("VAT"), order.vat), (_("The buyer paid"), order.total)],
        split=[
            *split_lines(order),
            (_("Fee of the exchange"), order.fee),
            (_("VAT on the fee"), order.fee_vat),
        ],
    )


def _made(ruling: Ruling) -> Earlier:
    article = label("dispute_article", ruling.article) if ruling.article else ""
    parts = (label("reason_dispute", ruling.reason_code), article, ruling.text)
    return Earlier(
        number=ruling.number,
        when=ruling.made_at,
        what=f"{ruling.get_kind_display()}, {ruling.made_by}",
        tone=OUTCOME_TONES[Outcome(ruling.outcome)],
        result=ruling.get_outcome_display(),
        ground=", ".join(part for part in parts if part),
    )


def _decision(now: Standing, actor: Actor) -> Decision:
    dispute = now.dispute
    actions = allowed_actions(actor, now) if actor.is_staff else []
    is_judge = may(actor, policies.JUDGING)
    options = [_option(action, dispute.order) for action in RULING if action in actions]
    return Decision(
        key="dispute",
        title=_("Dispute"),
        version=dispute.version,
        options=options,
        can_take="take" in actions and dispute.holder_id is None,
        conflict=_conflict(now, actor) if is_judge else "",
        clear=_("You have no part in either side and did not clear this trade.") if actions else "",
        eyes_why=_("an appeal is decided by somebody else") if dispute.state == DisputeState.APPEALED else "",
        eyes=_eyes(now),
        closed="" if options else _closed(now, is_judge=is_judge),
    )


def _conflict(now: Standing, actor: Actor) -> str:
    if now.is_interested:
        return _("You are or were a member of one of the two sides, so a colleague decides (R40).")
    if actor.user is not None and actor.user.pk in now.cleared_by:
        return _("You let this trade pass in the legality check, so a colleague decides.")
    if now.dispute.state == DisputeState.APPEALED and actor.user is not None and actor.user.pk in now.judges:
        return _("You proposed or decided in this dispute, so a second reviewer decides the appeal.")
    return ""


def _closed(now: Standing, *, is_judge: bool) -> str:
    if now.dispute.state in (DisputeState.MEDIATION, DisputeState.APPEALED):
        return "" if is_judge else _("Your role reads this dispute.")
    return _("There is nothing to decide now.")


def _option(action: str, order: Order) -> Option:
    outcomes = [(str(outcome), words) for outcome, words in _outcomes().items()]
    names = {
        "propose": (_("Propose a settlement"), _("It takes effect when a signatory of each side accepts it.")),
        "decide": (_("Decide"), _("It takes effect unless a side appeals in time.")),
        "decide_appeal": (_("Decide the appeal"), _("It takes effect at once.")),
    }
    name, note = names[action]
    return Option(
        code=action,
        label=name,
        note=note,
        outcomes=outcomes[:2] if order.is_free else outcomes,
        amount="" if order.is_free else _("If divided: the buyer gets back, in dong"),
        reasons=choices("reason_dispute", action="decide"),
        articles=[] if action == "propose" else choices("dispute_article"),
    )


def _outcomes() -> dict[Outcome, str]:
    return {
        Outcome.BUYER: _("In favour of the buyer: the whole payment goes back, access ends"),
        Outcome.SELLER: _("In favour of the seller: the delivery counts as accepted, the seller is paid"),
        Outcome.SPLIT: _("Divided: a part goes back, the rest is shared out, access stays"),
    }


def _eyes(now: Standing) -> list[Step]:
    if now.dispute.state != DisputeState.APPEALED:
        return []
    first = next(ruling for ruling in now.rulings if ruling.kind == RulingKind.DECISION)
    return [
        Step("done", _("%(person)s decided") % {"person": first.made_by}, None, first.number),
        Step("now", _("A second person decides the appeal"), None, _("somebody else")),
    ]
