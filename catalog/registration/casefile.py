"""A registration or a listing as the reviewer reads it; both decisions stand on the page when both are open."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.actor import Actor
from accounts.access.policies import may
from catalog.assets.models import Revision
from catalog.assets.states import ASSET_FLOW
from catalog.classification.models import Classification
from catalog.offers.models import Listing
from catalog.offers.selectors import current_file, shares_of
from catalog.offers.states import LISTING_FLOW, ListingState
from catalog.registration import places
from catalog.registration.answers import sections
from catalog.registration.progress import TONES
from catalog.registration.rules import LISTING, REGISTRATION
from catalog.registration.selectors import dossier_of
from catalog.registration.services.shared import Case, is_involved, revision_of
from exchange.codes.selectors import choices, label
from exchange.codes.services import days_left
from exchange.common.casefile import Case as CasePage
from exchange.common.casefile import Decision, Earlier, Fact, Option, Paper, Party, Step
from exchange.common.clock import today
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation
from exchange.rules.selectors import latest_evaluation, parameters
from exchange.transparency import kinds
from exchange.transparency.selectors import entries_of

WAITING = ("submitted", "in_review")
REVIEW_FIELDS = (
    "title_vi",
    "description_vi",
    "upload",
    "dictionary",
    "origin",
    "rights",
    "evidence",
    "subject",
    "importance",
    "secrecy",
    "frequency",
    "limitations",
    "price_kind",
    "price_basis",
    "shares",
    "share_agreement",
    "licence",
    "purposes",
    "territories",
)


def casefile(case: Case, actor: Actor) -> CasePage:
    """Everything a decision about a registration or a listing rests on."""
    revision = revision_of(case)
    is_listing = isinstance(case, Listing)
    is_open = case.state in WAITING
    dossier = replace(dossier_of(revision), listing=offer_of(case) or Listing(revision=revision))
    return CasePage(
        kind=_("Moderation of a listing") if is_listing else _("Registration of a data asset"),
        title=revision.title,
        number=case.number if is_listing else revision.asset.number,
        lead=_("%(owner)s, revision %(number)s.") % {"owner": revision.asset.owner.name, "number": revision.number},
        tone=TONES.get(case.state, ""),
        state=case.get_state_display(),
        stage=case.get_state_display(),
        holder=str(case.holder) if case.holder else "",
        due=case.due_on if is_open else None,
        days=days_left(today(), case.due_on) if is_open and case.due_on else None,
        klass=dossier.classification.badges if dossier.classification.pk else ("", "", ""),
        facts=[Fact(row["label"], row["value"]) for group in sections(dossier, linked=False) for row in group["rows"]]
        + _hashes(case, revision),
        evaluation=latest_evaluation(case, LISTING if is_listing else REGISTRATION),
        papers=[_paper(evidence) for evidence in revision.current_evidence()] + _agreement(dossier.listing),
        parties=_parties(case, revision) + _owners(dossier.listing),
        course=_course(case),
        earlier=_earlier(case, revision),
        decisions=_decisions(case, revision, actor),
    )


def offer_of(case: Case) -> Listing | None:
    """The offer read with a case: of a registration the newest one sent, as a draft is its owner's own business."""
    if isinstance(case, Listing):
        return case
    return case.listings.exclude(state=ListingState.DRAFT).select_related("licence").order_by("-pk").first()


def _hashes(case: Case, revision: Revision) -> list[Fact]:
    file = current_file(revision)
    facts = [Fact(_("Hash of the data file"), file.stored.sha256, is_hash=True)] if file else []
    if case.content_hash:
        facts.append(Fact(_("Content hash"), case.content_hash, is_hash=True))
    if revision.certificate_number:
        facts.append(Fact(_("Certificate"), revision.certificate_number))
    return facts


def _paper(evidence) -> Paper:
    stored = evidence.file
    return Paper(
        str(stored.pk), stored.name, evidence.get_claim_display(), stored.size, stored.sha256, stored.media_type
    )


def _agreement(listing: Listing) -> list[Paper]:
    """The signed agreement on shares, which the reviewer compares with the shares that were stated (R59)."""
    file = listing.share_agreement if listing.is_shared else None
    if file is None:
        return []
    return [Paper(str(file.pk), file.name, _("Agreement on shares"), file.size, file.sha256, file.media_type)]


def _owners(listing: Listing) -> list[Party]:
    """The other owners with their standing."""
    seller = listing.revision.asset.owner_id
    others = [row.organisation for row in shares_of(listing) if row.organisation_id != seller]
    return [
        Party(one.name, _("Shares in the revenue"), "", "ok" if one.is_active else "err", one.get_state_display())
        for one in others
    ]


def _parties(case: Case, revision: Revision) -> list[Party]:
    owner = revision.asset.owner
    parties = [
        Party(owner.name, _("Owner"), "", "ok" if owner.is_active else "err", owner.get_state_display()),
    ]
    if case.submitted_by:
        parties.append(Party(str(case.submitted_by), _("Sent the case"), owner.name))
    if revision.third_party_rights:
        parties.append(Party(revision.third_party_rights, _("Rights of third parties"), _("Stated by the owner")))
    return parties


def _course(case: Case) -> list[Step]:
    steps = [Step("done", kinds.label(entry.kind), entry.made_at) for entry in entries_of(case)]
    if case.state in WAITING:
        return [*steps, Step("now", case.get_state_display()), Step("wait", _("Decision"))]
    return steps


def _earlier(case: Case, revision: Revision) -> list[Earlier]:
    """Decisions on other revisions and offers of the same asset."""
    revisions = revision.asset.revisions.filter(decided_at__isnull=False).exclude(pk=revision.pk)
    offers = Listing.objects.filter(revision__asset=revision.asset, decided_at__isnull=False)
    if isinstance(case, Listing):
        offers = offers.exclude(pk=case.pk)
    found = [_made(one, "catalog_revision") for one in revisions] + [_made(one, "catalog_listing") for one in offers]
    return sorted(found, key=lambda made: made.when, reverse=True)


def _made(case: Case, address: str) -> Earlier:
    reason = label("refusal_article" if case.state == "rejected" else "reason_listing", case.reason_code)
    return Earlier(
        number=case.decision_number,
        when=case.decided_at,
        what=_("Offer") if isinstance(case, Listing) else _("Registration"),
        tone=TONES.get(case.state, ""),
        result=case.get_state_display(),
        ground=reason or case.reason_text,
        url=reverse(f"admin:{address}_change", args=[case.pk]),
    )


def _decisions(case: Case, revision: Revision, actor: Actor) -> list[Decision]:
    """The registration first, then the offer sent with it: two decisions on one page."""
    if isinstance(case, Listing):
        found = [_decision(case, actor)]
        return [_decision(revision, actor), *found] if revision.state in WAITING else found
    offer = revision.listings.filter(state__in=WAITING).select_related("holder", "licence").first()
    if offer is None:
        return [_decision(case, actor)]
    offer.revision = revision
    return [_decision(case, actor), _decision(offer, actor)]


def _decision(case: Case, actor: Actor) -> Decision:
    is_listing = isinstance(case, Listing)
    involved = actor.user is not None and is_involved(actor.user, case)
    may_decide = may(actor, "catalog.review_asset")
    flow = LISTING_FLOW if is_listing else ASSET_FLOW
    actions = flow.actions(case.state) if may_decide and not involved else []
    evaluation = latest_evaluation(case, LISTING if is_listing else REGISTRATION)
    weighty = _is_weighty(case)
    return Decision(
        key="listing" if is_listing else "registration",
        title=_("Listing") if is_listing else _("Registration"),
        version=case.version,
        options=_options(case, actions, evaluation, actor, weighty) + _market_options(case, actor, involved),
        can_take="take" in actions,
        conflict=_conflict() if may_decide and involved else "",
        clear=_("You have no part in this case (R40).") if actions and not involved else "",
        eyes_why=_("because of the value or the class") if weighty and case.state in WAITING else "",
        eyes=_eyes(case, actor) if weighty and case.state in WAITING else [],
        closed=_closed(case, may_decide),
    )


def _conflict() -> str:
    return _("You had a part in this case or in its owner, so somebody else decides (R40).")


def _is_weighty(case: Case) -> bool:
    """Whether a second reviewer decides, not the one who examined (product rule 2.2)."""
    values, price = parameters(today()), case.price if isinstance(case, Listing) else 0
    classified = Classification.objects.filter(revision=revision_of(case)).first()
    importance = classified.importance if classified else ""
    return price >= values.get("four_eyes_amount") or importance in values.get("four_eyes_classes")


def _eyes(case: Case, actor: Actor) -> list[Step]:
    first = str(case.holder) if case.holder else _("nobody yet")
    mine = actor.user is not None and case.holder_id == actor.user.pk
    second = _("somebody else than you") if mine else _("not the one who examined")
    state = "done" if case.holder_id else "now"
    return [
        Step(state, _("One reviewer examines"), None, first),
        Step("now" if case.holder_id else "wait", _("A second reviewer decides"), None, second),
    ]


def _options(
    case: Case, actions: list[str], evaluation: Evaluation | None, actor: Actor, weighty: bool
) -> list[Option]:
    findings = evaluation.results if evaluation else []
    is_barred = any(row.verdict == Verdict.BLOCK for row in findings)
    same_eyes = weighty and actor.user is not None and case.holder_id == actor.user.pk
    waits = isinstance(case, Listing) and case.revision.state != "registered"
    holds = [(row.rule, row.message) for row in findings if row.verdict == Verdict.HOLD]
    options = []
    if {"register", "list"} & set(actions) and not is_barred and not same_eyes and not waits:
        options.append(_approve(case, holds))
    if "return" in actions:
        options.append(_return(case))
    if "reject" in actions:
        options.append(_reject())
    return options


def _approve(case: Case, holds: list[tuple[str, str]]) -> Option:
    enter, offer = _("Enter the asset in the register"), _("Put the offer on the market")
    words = offer if isinstance(case, Listing) else enter
    return Option("approve", words, _("The content hash is frozen and the decision numbered."), holds=holds)


def _return(case: Case) -> Option:
    return Option(
        "return",
        _("Return for a supplement"),
        _("The owner has the time of a returned case."),
        reasons=choices("reason_listing", action="return"),
        fields=[(name, places.label(name)) for name in REVIEW_FIELDS if name in places.places()],
    )


def _reject() -> Option:
    return Option("reject", _("Refuse"), _("Final, by a numbered decision."), articles=choices("refusal_article"))


def _market_options(case: Case, actor: Actor, involved: bool) -> list[Option]:
    """What the exchange may do with an offer on the market."""
    if not isinstance(case, Listing) or involved or not may(actor, "catalog.suspend_listing"):
        return []
    actions = LISTING_FLOW.actions(case.state)
    options = []
    if "suspend" in actions:
        reasons = choices("reason_listing", action="suspend")
        options.append(Option("suspend", _("Suspend the offer"), _("Running orders go on."), reasons=reasons))
    if "restore" in actions:
        options.append(Option("restore", _("Put the offer back")))
    if "remove" in actions and case.state == ListingState.SUSPENDED:
        reasons = choices("reason_listing", action="remove")
        options.append(Option("remove", _("End the offer"), _("For good; running orders go on."), reasons=reasons))
    return options


def _closed(case: Case, may_decide: bool) -> str:
    if not may_decide:
        return _("Your role reads this case; a reviewer decides it.")
    if case.state == "returned":
        return _("The case is with the owner.")
    if isinstance(case, Listing) and case.state in WAITING and case.revision.state != "registered":
        return _("The offer is decided after the registration.")
    return ""
