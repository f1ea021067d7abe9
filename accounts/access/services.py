"""The gate every use case passes."""

import structlog
from django.core.exceptions import PermissionDenied

from accounts.access.actor import Actor
from accounts.access.policies import may
from accounts.organisations.models import Organisation

log = structlog.get_logger(__name__)


def require(actor: Actor, permission: str, *, organisation: Organisation | None = None) -> None:
    """Let the actor pass, or raise PermissionDenied and note the attempt (ASVS V16.3.2)."""
    if may(actor, permission, organisation):
        return
    log.warning(
        "permission_denied", permission=permission, actor=actor.label, organisation=getattr(organisation, "pk", None)
    )
    raise PermissionDenied(permission)
