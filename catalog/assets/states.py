"""Life of a revision of a data asset (product rule 2.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class RevisionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a reviewer")
    IN_REVIEW = "in_review", _("Under review")
    RETURNED = "returned", _("Supplement requested")
    REGISTERED = "registered", _("Registered")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("Lapsed")
    SUPERSEDED = "superseded", _("Replaced by a newer revision")
    RETIRED = "retired", _("Retired")
    DISCARDED = "discarded", _("Deleted by its owner")


ASSET_FLOW = Flow(
    "asset",
    [
        Move("submit", ("draft",), "submitted", "steward", "every step done, no BLOCK"),
        Move("withdraw", ("submitted",), "draft", "steward", "no reviewer has taken it, nor the offer sent with it"),
        Move("discard", ("draft",), "discarded", "steward", "never sent"),
        Move("take", ("submitted",), "in_review", "operator_reviewer"),
        Move("return", ("in_review",), "returned", "operator_reviewer", "code, text, fields"),
        Move("resubmit", ("returned",), "in_review", "steward", "every step done, no BLOCK"),
        Move(
            "register", ("in_review",), "registered", "operator_reviewer", "reviewer is not the author; holds cleared"
        ),
        Move("reject", ("in_review",), "rejected", "operator_reviewer", "article, text"),
        Move("lapse", ("returned",), "lapsed", "clock", clock="30 working days after the return"),
        Move("supersede", ("registered",), "superseded", "operator_reviewer", "a newer revision was registered"),
        Move("retire", ("registered",), "retired", "steward"),
    ],
)
EDITABLE = (RevisionState.DRAFT, RevisionState.RETURNED)
OPEN_STATES = (RevisionState.DRAFT, RevisionState.SUBMITTED, RevisionState.IN_REVIEW, RevisionState.RETURNED)
UNSENT = (RevisionState.DRAFT, RevisionState.DISCARDED)  # nothing the exchange has, or has any more
