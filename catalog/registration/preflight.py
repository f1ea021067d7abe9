"""The reviewer's checks, run for the owner before sending and stored when the case is sent."""

from collections.abc import Mapping
from typing import Any

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation
from accounts.verification.selectors import has_valid_service_contract
from catalog.assets.models import Asset, Revision
from catalog.offers.models import Listing
from catalog.offers.selectors import obstacle_to_sharing, shares_of, snapshot
from catalog.registration.facts import Facts, offer_facts, registration_facts
from catalog.registration.listing_rules import OFFER_WORDS
from catalog.registration.rules import LISTING, REGISTRATION, RULESET, applicable, prepared
from exchange.common.clock import today
from exchange.common.vietnamese import fold
from exchange.rules.engine import Finding, Parameters, evaluate
from exchange.rules.models import Evaluation
from exchange.rules.selectors import parameters
from exchange.rules.services import store_evaluation


def check_registration(revision: Revision) -> list[Finding]:
    """What the rules say of a registration now; nothing is stored."""
    return _judge(_registration(revision), REGISTRATION, parameters(today()))


def check_listing(listing: Listing) -> list[Finding]:
    """What the rules say of a listing now: those of its registration and those of the offer; nothing is stored."""
    return _judge(_listing(listing), LISTING, parameters(today()))


def lacks_for_an_offer(revision: Revision) -> list[Finding]:
    """What an offer will need of this registration and does not find there; nothing of the offer itself is asked."""
    facts = _registration(revision)
    answered = set(OFFER_WORDS) - ({"legal_basis"} if not facts["origin"]["has_legal_basis"] else set())
    facts |= {"offer": {"answered": sorted(answered)}}
    return [finding for finding in evaluate(prepared(facts), facts, parameters(today())) if not finding.is_passed]


def evaluate_registration(revision: Revision, *, actor: Actor) -> Evaluation:
    """The same, kept for good with its facts and parameters: what the console shows."""
    return _keep(revision, _registration(revision), REGISTRATION, actor)


def evaluate_listing(listing: Listing, *, actor: Actor) -> Evaluation:
    """The same for a listing; the declaration of R101 counts from the moment of sending."""
    facts = _listing(listing) | {"sending": {"declared": listing.lawful_declared}}
    return _keep(listing, facts, LISTING, actor)


def _judge(facts: Facts, stage: str, values: Parameters) -> list[Finding]:
    return evaluate(applicable(facts, stage), facts, values)


def _keep(subject: Revision | Listing, facts: Facts, stage: str, actor: Actor) -> Evaluation:
    values = parameters(today())
    findings = _judge(facts, stage, values)
    return store_evaluation(
        subject=subject,
        stage=stage,
        ruleset=RULESET,
        facts=facts,
        parameters=values,
        findings=findings,
        actor_label=actor.label,
    )


def _registration(revision: Revision) -> Facts:
    return registration_facts(
        revision, day=today(), seller=_seller(revision.asset.owner), elsewhere=_elsewhere(revision)
    )


def _listing(listing: Listing) -> Facts:
    facts = _registration(listing.revision)
    offer = offer_facts(listing, facts, changes=_changes(listing))
    return facts | {"offer": offer, "shares": _shares(listing), "sending": None}


def _shares(listing: Listing) -> Facts:
    """Who shares in the revenue: how many, how much, and what stands against paying them (R59); no name (R9)."""
    rows, seller = shares_of(listing), listing.revision.asset.owner_id
    others = [row.organisation for row in rows if row.organisation_id != seller]
    return {
        "is_shared": listing.is_shared,
        "others": len(others),
        "sum": sum(row.basis_points for row in rows),
        "least": min((row.basis_points for row in rows), default=0),
        "agreement": listing.share_agreement_id is not None,
        "obstacles": sorted({obstacle_to_sharing(one, today()) for one in others} - {""}),
    }


def _seller(owner: Organisation) -> Facts:
    return {
        "kind": owner.kind,
        "is_state": owner.is_state,
        "is_active": owner.is_active,
        "has_service_contract": has_valid_service_contract(owner, today()),
    }


def _elsewhere(revision: Revision) -> str:
    """Number of another registered asset that is the source of the same master data (R18)."""
    if not revision.is_core_dataset or not revision.master_entity:
        return ""
    others = Asset.objects.filter(live__is_core_dataset=True).exclude(pk=revision.asset_id)
    wanted = fold(revision.master_entity)
    found = (number for number, entity in others.values_list("number", "live__master_entity") if fold(entity) == wanted)
    return next(found, "")


def _changes(listing: Listing) -> list[str] | None:
    """Parts that differ from the asset's last approved offer (R44); None when there is no such offer."""
    approved = Listing.objects.filter(revision__asset_id=listing.revision.asset_id).exclude(pk=listing.pk)
    earlier = approved.exclude(content_hash="").order_by("-pk").first()
    if earlier is None:
        return None
    before, after = _parts(earlier.snapshot), _parts(snapshot(listing))
    return [name for name in after if before[name] != after[name]]


def _parts(content: Mapping[str, Any]) -> dict[str, Any]:
    offer = {name: value for name, value in content["offers"][0].items() if name != "number"}
    return {
        "file": content["file_sha256"],
        "dictionary": content["dictionary"],
        "source": content["metadata"]["origin"],
        "classification": content["metadata"]["classification"],
        "licence": content["terms"],
        "price": offer,
    }
