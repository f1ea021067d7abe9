"""Each evidence pack that leaves the exchange stands in the public log, with its hash and who took it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.common.clock import now
from exchange.common.errors import DomainError
from exchange.transparency.selectors import entries_of
from transactions.disputes import policies
from transactions.disputes.models import Dispute
from transactions.disputes.services import moves

MOST_AN_HOUR = 10


@transaction.atomic
def note_pack(*, dispute_id: int, digest: str, files: int, actor: Actor) -> Dispute:
    """Log that somebody who reads the papers of a dispute takes a pack of them, by the hash of its list."""
    dispute = moves.locked_dispute(dispute_id)
    side = policies.side_of(actor, dispute.order)
    require(actor, "transactions.read_evidence", organisation=getattr(dispute.order, side) if side else None)
    since = now() - dt.timedelta(hours=1)
    if entries_of(dispute).filter(kind="dispute.pack", made_at__gte=since).count() >= MOST_AN_HOUR:
        raise DomainError(
            _("Many evidence packs of this dispute were taken within the hour. Try again in an hour."),
            code="too_many_packs",
        )
    moves.note(dispute, "pack", actor=actor, before=dispute.state, side=side, manifest=digest, files=files)
    return dispute
