"""Every event the code records has a name for people."""

import re
from pathlib import Path

from django.conf import settings

from accounts.verification.states import CASE_FLOW, PARTICIPANT_FLOW
from catalog.assets.states import ASSET_FLOW
from catalog.offers.states import LISTING_FLOW
from exchange.transparency import kinds
from transactions.delivery.states import ENTITLEMENT_FLOW
from transactions.disputes.states import DISPUTE_FLOW
from transactions.orders.states import ORDER_FLOW
from transactions.payouts.states import BATCH_FLOW

FLOWS = {
    "asset": ASSET_FLOW,
    "case": CASE_FLOW,
    "dispute": DISPUTE_FLOW,
    "entitlement": ENTITLEMENT_FLOW,
    "listing": LISTING_FLOW,
    "order": ORDER_FLOW,
    "participant": PARTICIPANT_FLOW,
    "payout": BATCH_FLOW,
}
FLOORS = ("accounts", "catalog", "transactions", "exchange")
CALL = re.compile(r"""\b(?:record|record_system|book|_note)\(\s*(f?)"([a-z_.{}]+)\"""")


def recorded() -> set[str]:
    """Kinds named in the code; those made from an action stand for every action of the flow."""
    found = set()
    for path in (path for floor in FLOORS for path in (Path(settings.BASE_DIR) / floor).rglob("*.py")):
        for is_made, kind in CALL.findall(path.read_text(encoding="utf-8")):
            noun = kind.partition(".")[0]
            if is_made and noun not in FLOWS:
                continue  # payment.{kind}: its kinds stand beside it, tested with the money they move
            found |= {f"{noun}.{move.action}" for move in FLOWS[noun].moves} if is_made else {kind}
    return found


def test_every_recorded_event_has_a_name():
    assert recorded() - set(kinds.KINDS) == set()
    assert recorded() >= {"payment.queue", "parameter.approve", "payout.release", "log.rotate_key"}
    assert len(recorded()) > 90


def test_an_unknown_event_is_shown_by_its_code():
    assert kinds.label("order.unheard_of") == "order.unheard_of"
