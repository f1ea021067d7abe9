"""The legality check of a trade: screened by rules, decided by people where a rule or a threshold asks for them."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.codes.selectors import choices
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove, Stale
from exchange.common.ids import next_serial
from exchange.common.vietnamese import clean
from exchange.jobs.services import enqueue
from exchange.rules.engine import evaluate
from exchange.rules.findings import Finding, Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation, parameters
from exchange.rules.services import store_evaluation
from exchange.transparency.services import record
from transactions.compliance.models import LegalityDecision
from transactions.compliance.rules import RULES, RULESET, STAGE
from transactions.compliance.selectors import Case, case, facts, is_interested
from transactions.orders.messages import tell
from transactions.orders.models import Order
from transactions.orders.overlays import lift_hold, place_hold
from transactions.orders.services import check_answers, check_reason, locked, move
from transactions.orders.snapshot import digest, request_of
from transactions.orders.states import OrderState

CLEARING_SENTENCE = _("Give the reason of your conclusion in at least 10 characters; both sides read it.")


@transaction.atomic
def screen(*, order_id: int, actor: Actor) -> Order:
    """Check an accepted order by the rules; clear it at once when nothing asks for a person, else queue it."""
    order = locked(order_id)
    require(actor, "transactions.run_clock")
    if order.state != OrderState.ACCEPTED or order.is_held:
        return order
    move(order, "screen", actor=actor)
    evaluation = _evaluate(order, actor)
    now = case(order)
    if _passes_alone(now):
        _finish_clearing(order, evaluation, actor, text="", rules=[])
    else:
        tell(order, "review", actor=actor)
    return order


def _passes_alone(now: Case) -> bool:
    """Whether no person is needed: PASS and WARN only, importance OTHER, below the thresholds of four eyes."""
    calm = all(finding.verdict in (Verdict.PASS, Verdict.WARN) for finding in now.findings)
    return calm and now.order.snapshot["class"]["importance"] == "OTHER" and not now.needs_second


def _evaluate(order: Order, actor: Actor) -> Evaluation:
    """Run the rules, keep the evaluation, and let holds follow the findings."""
    day = today()
    given, of_day = facts(order, day), parameters(day)
    findings = evaluate(RULES, given, of_day, stage=STAGE)
    kept = store_evaluation(
        subject=order,
        stage=STAGE,
        ruleset=RULESET,
        facts=given,
        parameters=of_day,
        findings=findings,
        actor_label=actor.label,
    )
    _follow(order, findings, actor)
    return kept


def _follow(order: Order, findings: list[Finding], actor: Actor) -> None:
    held = {finding.rule: finding for finding in findings if finding.verdict == Verdict.HOLD}
    for hold in order.holds.open().findings():
        if hold.rule not in held:
            hold.order = order
            lift_hold(hold, conclusion="The rule no longer finds anything.", actor=actor)
    for rule, finding in held.items():
        place_hold(order, rule=rule, reason=finding.text, actor=actor)


@transaction.atomic
def check_again(*, order_id: int, actor: Actor) -> Evaluation:
    """Run the rules again on a trade under check; a new evaluation is kept only when a finding changed."""
    order = locked(order_id)
    require(actor, "transactions.review_legality")
    before = latest_evaluation(order, STAGE)
    if order.state != OrderState.LEGALITY_REVIEW or before is None:
        raise IllegalMove()
    found = evaluate(RULES, facts(order, today()), parameters(today()), stage=STAGE)
    same = [(f.rule, str(f.verdict)) for f in found] == [(row["rule"], row["verdict"]) for row in before.findings]
    return before if same else _evaluate(order, actor)


@transaction.atomic
def take(*, order_id: int, actor: Actor, take_over: bool = False) -> Order:
    """A reviewer takes a trade in hand; taking it from a colleague must be meant."""
    order = _reviewable(order_id, actor)
    if order.holder_id == actor.user.pk:
        return order
    if order.holder_id and not take_over:
        raise DomainError(
            _("A colleague has this trade in hand. Take it over if that is what you want."), code="already_taken"
        )
    order.holder = actor.user
    order.save(update_fields=["holder"])
    record("order.take", subject=order, actor=actor, data={"number": order.number, "take_over": take_over})
    return order


def _reviewable(order_id: int, actor: Actor, version: int | None = None) -> Order:
    """A locked trade under check that this reviewer may decide."""
    order = locked(order_id)
    require(actor, "transactions.review_legality")
    if order.state != OrderState.LEGALITY_REVIEW:
        raise IllegalMove()
    if version is not None and version != order.version:
        raise Stale()
    if is_interested(actor.user, order):
        raise DomainError(
            _("You are or were a member of one of the two sides. A colleague must decide this trade."),
            code="conflict_of_interest",
        )
    return order


def clear(
    *, order_id: int, cleared_rules: list[str], text: str = "", version: int | None = None, actor: Actor
) -> LegalityDecision:
    """Let a trade pass: no rule bars it and each hold is concluded; above a threshold the first person proposes.

    The rules are run again first, and what they find now is kept even when the decision is then refused.
    """
    check_again(order_id=order_id, actor=actor)
    return _clear(order_id, cleared_rules, clean(text), version, actor)


@transaction.atomic
def _clear(order_id: int, rules: list[str], text: str, version: int | None, actor: Actor) -> LegalityDecision:
    order = _reviewable(order_id, actor, version)
    now = case(order)
    _check_clearable(now, rules, text, actor)
    if now.needs_second and now.proposal is None:
        return _propose(order, now.evaluation, actor, text=text, rules=rules)
    return _finish_clearing(order, now.evaluation, actor, text=text, rules=rules)


def _check_clearable(now: Case, rules: list[str], text: str, actor: Actor) -> None:
    if now.is_blocked:
        raise DomainError(
            _("A rule bars this trade. It can only be returned or refused; its findings name the rule."), code="blocked"
        )
    if now.other_holds:
        raise DomainError(_("Another hold lies on this trade. Release it first, with a reason."), code="held")
    left = [hold.rule for hold in now.to_conclude if hold.rule not in rules]
    if left:
        sentence = _("Conclude every finding that needs a decision: %(rules)s.") % {"rules": ", ".join(left)}
        raise DomainError(sentence, code="holds_open", fields={"cleared_rules": sentence})
    if (now.to_conclude or now.needs_second) and len(text) < 10:
        raise DomainError(CLEARING_SENTENCE, code="reason_missing", fields={"text": CLEARING_SENTENCE})
    if now.proposal and now.proposal.decided_by_id == actor.user.pk:
        raise DomainError(_("You proposed to clear this trade. A second person must confirm it."), code="second_person")


def _propose(order: Order, evaluation: Evaluation, actor: Actor, *, text: str, rules: list[str]) -> LegalityDecision:
    made = _decide(order, evaluation, "propose", actor, text=text, cleared_rules=rules)
    order.holder = None  # the second person takes it from the queue
    order.save(update_fields=["holder"])
    data = {"number": order.number, "decision": made.number}
    record("order.propose_clear", subject=order, actor=actor, data=data, rows=[made, evaluation])
    tell(order, "review", actor=actor)
    return made


def _finish_clearing(
    order: Order, evaluation: Evaluation, actor: Actor, *, text: str, rules: list[str]
) -> LegalityDecision:
    made = _decide(order, evaluation, "clear", actor, text=text, cleared_rules=rules)
    for hold in order.holds.open().findings():
        hold.order = order
        lift_hold(hold, conclusion=text, actor=actor)
    freed: dict[str, object] = {"cleared_digest": order.snapshot_digest, "holder": None}
    move(order, "clear", actor=actor, reason_text=text, rows=[made, evaluation], **freed)
    enqueue("transactions.contracts.draw_up", order_id=order.pk)
    return made


def _decide(order: Order, evaluation: Evaluation, verdict: str, actor: Actor, **details: object) -> LegalityDecision:
    """One numbered decision over one evaluation (N314 7.4, R102)."""
    return LegalityDecision.objects.create(
        order=order,
        evaluation=evaluation,
        number=f"QĐ-GD-{today().year}-{next_serial('decision'):06d}",
        verdict=verdict,
        decided_by=actor.user,
        **details,
    )


RETURNABLE = ("purpose", "territory", "storage_place", "use_description", "supplement")


@transaction.atomic
def return_(
    *,
    order_id: int,
    reason_code: str,
    reason_text: str,
    fields: list[str],
    version: int | None = None,
    actor: Actor,
) -> LegalityDecision:
    """Ask the buyer for a supplement: code, text and the answers it concerns."""
    order = _reviewable(order_id, actor, version)
    text = check_reason("return", reason_code, reason_text)
    if not fields or not set(fields) <= set(RETURNABLE):
        sentence = _("Choose the answers that need a supplement.")
        raise DomainError(sentence, code="fields_missing", fields={"fields": sentence})
    made = _decide(order, latest_evaluation(order, STAGE), "return", actor, reason_code=reason_code, text=text)
    reason: dict[str, object] = {"reason_fields": list(fields)}
    move(
        order, "return", actor=actor, reason_code=reason_code, reason_text=text, rows=[made, made.evaluation], **reason
    )
    return made


@transaction.atomic
def refuse(
    *,
    order_id: int,
    article: str,
    reason_code: str,
    reason_text: str,
    version: int | None = None,
    actor: Actor,
) -> LegalityDecision:
    """End a trade that the law does not allow, by a numbered decision with article and text (N314 7.4, R102)."""
    order = _reviewable(order_id, actor, version)
    text = check_reason("refuse", reason_code, reason_text)
    if article not in dict(choices("refusal_article")):
        sentence = _("Choose the article the refusal rests on.")
        raise DomainError(sentence, code="article_missing", fields={"article": sentence})
    made = _decide(
        order,
        latest_evaluation(order, STAGE),
        "refuse",
        actor,
        reason_code=reason_code,
        text=text,
        article=article,
    )
    reason: dict[str, object] = {"reason_article": article}
    move(
        order, "refuse", actor=actor, reason_code=reason_code, reason_text=text, rows=[made, made.evaluation], **reason
    )
    return made


@transaction.atomic
def supplement(*, order_id: int, answers: dict[str, str], text: str, version: int | None = None, actor: Actor) -> Order:
    """The buyer mends a returned order; the record gets a new digest and the rules are run again."""
    order = locked(order_id)
    require(actor, "transactions.place_order", organisation=order.buyer)
    if order.state != OrderState.RETURNED:
        raise IllegalMove()
    if version is not None and version != order.version:
        raise Stale()
    answers = request_of({**answers, "use_description": clean(answers["use_description"])})
    text = clean(text)
    check_answers(order.snapshot["terms"], answers)
    if len(text) < 10:
        sentence = _("Say in at least 10 characters what you have added or corrected.")
        raise DomainError(sentence, code="text_missing", fields={"text": sentence})
    frozen = {**order.snapshot, "request": answers}
    move(
        order,
        "supplement",
        actor=actor,
        snapshot=frozen,
        snapshot_digest=digest(frozen),
        supplement=text,
        **answers,
    )
    _evaluate(order, actor)
    return order
