"""What the console itself writes: who opened which paper."""

from django.db import transaction

from accounts.access.actor import Actor
from accounts.access.services import require
from exchange.console.models import PaperOpening
from exchange.files.models import StoredFile


@transaction.atomic
def note_opening(*, file: StoredFile, subject: str, actor: Actor) -> PaperOpening:
    """Keep for good that a member of staff opened a paper."""
    require(actor, "exchange.view_registers")
    return PaperOpening.objects.create(user=actor.user, file=file, subject=subject)
