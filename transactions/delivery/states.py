"""Life of an entitlement (product rule 2.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class EntitlementState(models.TextChoices):
    PENDING = "pending", _("Not open yet")
    ACTIVE = "active", _("Open")
    SUSPENDED = "suspended", _("Suspended")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


ENTITLEMENT_FLOW = Flow(
    "entitlement",
    [
        Move("open", ("pending",), "active", "system", "contracted; free or paid; not on HOLD"),
        Move("suspend", ("active",), "suspended", "operator_reviewer, supervisor or system", "HOLD"),
        Move("resume", ("suspended",), "active", "operator_reviewer", "HOLD released"),
        Move("expire", ("active", "suspended"), "expired", "clock", clock="end of the term"),
        Move("revoke", ("pending", "active", "suspended"), "revoked", "operator_reviewer", "code, text"),
    ],
)
