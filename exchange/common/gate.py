"""The gate of use cases, for rooms that stand below the floor that knows who may what."""

from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


def require(actor: Any, permission: str) -> None:
    """Let the actor pass, or raise PermissionDenied; `settings.GATE` names who decides."""
    import_string(settings.GATE)(actor, permission)
