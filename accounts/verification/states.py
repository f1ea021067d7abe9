"""Life of a verification case and of a participant (product rule 2.2)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from exchange.common.states import Flow, Move


class CaseState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("verification case", "Draft")
    SUBMITTED = "submitted", pgettext_lazy("verification case", "Waiting for a reviewer")
    IN_REVIEW = "in_review", pgettext_lazy("verification case", "Under review")
    RETURNED = "returned", pgettext_lazy("verification case", "Supplement requested")
    VERIFIED = "verified", pgettext_lazy("verification case", "Verified")
    REJECTED = "rejected", pgettext_lazy("verification case", "Rejected")
    LAPSED = "lapsed", pgettext_lazy("verification case", "Lapsed")


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
