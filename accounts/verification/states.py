"""Life of a verification case and of a participant (product rule 2.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class CaseState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a reviewer")
    IN_REVIEW = "in_review", _("Under review")
    RETURNED = "returned", _("Supplement requested")
    VERIFIED = "verified", _("Verified")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("Lapsed")


CASE_FLOW = Flow(
    "participant_case",
    [
        Move("submit", ("draft",), "submitted", "applicant"),
        Move("take", ("submitted",), "in_review", "operator_reviewer"),
        Move("return", ("in_review",), "returned", "operator_reviewer", "code, text, fields"),
        Move("resubmit", ("returned",), "in_review", "applicant"),
        Move("verify", ("in_review",), "verified", "operator_reviewer", "reviewer is not a member of the applicant"),
        Move("reject", ("in_review",), "rejected", "operator_reviewer", "code, text"),
        Move("lapse", ("returned",), "lapsed", "clock", clock="30 working days after the return"),
    ],
)

PARTICIPANT_FLOW = Flow(
    "participant",
    [
        Move("verify", ("applicant", "active"), "active", "operator_reviewer"),
        Move("suspend", ("active",), "suspended", "operator_reviewer", "code, text"),
        Move("restore", ("suspended",), "active", "operator_reviewer", "text"),
        Move("close", ("applicant", "active", "suspended"), "closed", "operator_reviewer", "code, text"),
    ],
)
