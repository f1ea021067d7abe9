"""Life of a listing (product rule 2.2)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exchange.common.states import Flow, Move


class ListingState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for a reviewer")
    IN_REVIEW = "in_review", _("Under moderation")
    RETURNED = "returned", _("Supplement requested")
    LISTED = "listed", _("Listed")
    SUSPENDED_BY_SELLER = "suspended_by_seller", _("Suspended by the seller")
    SUSPENDED = "suspended", _("Suspended by the exchange")
    DELISTED = "delisted", _("Delisted")
    REJECTED = "rejected", _("Rejected")
    LAPSED = "lapsed", _("Lapsed")


LISTING_FLOW = Flow(
    "listing",
    [
        Move("submit", ("draft",), "submitted", "steward", "registered revision, verified seller, no BLOCK"),
        Move("withdraw", ("submitted",), "draft", "steward", "no reviewer has taken it"),
        Move("take", ("submitted",), "in_review", "operator_reviewer"),
        Move("return", ("in_review",), "returned", "operator_reviewer", "code, text, fields"),
        Move("resubmit", ("returned",), "in_review", "steward", "no BLOCK"),
        Move(
            "list",
            ("in_review",),
            "listed",
            "operator_reviewer",
            "reviewer is not the author; revision registered; holds cleared",
        ),
        Move("reject", ("in_review",), "rejected", "operator_reviewer", "article, text"),
        Move("lapse", ("returned",), "lapsed", "clock", clock="30 working days after the return"),
        Move("pause", ("listed",), "suspended_by_seller", "steward"),
        Move("resume", ("suspended_by_seller",), "listed", "steward"),
        Move("suspend", ("listed", "suspended_by_seller"), "suspended", "operator_reviewer", "code, text"),
        Move("restore", ("suspended",), "listed", "operator_reviewer", "text; seller may trade; revision is live"),
        Move("delist", ("listed", "suspended_by_seller"), "delisted", "steward"),
        Move("remove", ("listed", "suspended_by_seller", "suspended"), "delisted", "operator_reviewer", "code, text"),
    ],
)
EDITABLE = (ListingState.DRAFT, ListingState.RETURNED)
OPEN_STATES = (ListingState.DRAFT, ListingState.SUBMITTED, ListingState.IN_REVIEW, ListingState.RETURNED)
CURRENT_STATES = (*OPEN_STATES, ListingState.LISTED, ListingState.SUSPENDED, ListingState.SUSPENDED_BY_SELLER)
# Reason codes the exchange itself sets; people never choose them, so what a clock took off the market it brings back.
SELLER_OUT = "seller_standing"
NEWER_REVISION = "newer_revision"
REPLACED = "offer_replaced"
