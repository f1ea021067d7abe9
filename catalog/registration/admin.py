"""Registrations and listings in the console: read and decided on one page; assets for reading."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from catalog.assets.models import Asset, Revision
from catalog.offers import services as offers
from catalog.offers.models import Listing
from catalog.offers.states import ListingState
from catalog.registration import services
from catalog.registration.casefile import WAITING, casefile, offer_of
from catalog.registration.progress import TONES
from exchange.common.admin import CaseAdmin, Register, badge, column, dong, queue_filter, titled, two_lines
from exchange.common.casefile import Answer, Case
from exchange.common.errors import IllegalMove
from exchange.files.models import StoredFile


def state(case: Any) -> object:
    """State as a chip."""
    return badge(TONES.get(case.state, ""), case.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def what(revision: Revision) -> object:
    """Title with the owner under it."""
    return two_lines(revision.title, revision.asset.owner.name)


what.short_description = _("Data asset and owner")  # type: ignore[attr-defined]
what.admin_order_field = "title_vi"  # type: ignore[attr-defined]


def what_is_offered(listing: Listing) -> object:
    """Title with the seller under it."""
    return what(listing.revision)


what_is_offered.short_description = _("Dataset and seller")  # type: ignore[attr-defined]
what_is_offered.admin_order_field = "revision__title_vi"  # type: ignore[attr-defined]


def live_title(asset: Asset) -> object:
    """Title everybody sees, with the owner under it."""
    return two_lines(asset.live.title if asset.live else _("not registered yet"), asset.owner.name)


live_title.short_description = _("Data asset and owner")  # type: ignore[attr-defined]


def target(answer: Answer, case: Any) -> dict[str, Any]:
    """The registration or the offer a panel is about, at the version that was read."""
    return {"version": answer.version, f"{'listing' if answer.key == 'listing' else 'revision'}_id": case.pk}


def take(case: Any, answer: Answer, actor: Actor) -> object:
    """The reviewer holds the case."""
    services.take(**target(answer, case), actor=actor)
    return _("You hold the case now.")


def return_(case: Any, answer: Answer, actor: Actor) -> object:
    """The owner completes the case."""
    services.return_(
        **target(answer, case),
        reason_code=answer.reason_code,
        text=answer.text,
        fields=answer.fields,
        actor=actor,
    )
    return _("The case is back with its owner, who was told what to mend.")


def reject(case: Any, answer: Answer, actor: Actor) -> object:
    """The case ends."""
    made = services.reject(**target(answer, case), article=answer.article, text=answer.text, actor=actor)
    return _("The case is refused by decision %(number)s.") % {"number": made.decision_number}


def register(case: Revision, answer: Answer, actor: Actor) -> object:
    """The asset enters the register."""
    made = services.register(
        revision_id=case.pk, version=answer.version, cleared=answer.cleared, text=answer.text, actor=actor
    )
    return _("The asset is registered with certificate %(number)s.") % {"number": made.certificate_number}


def list_(case: Listing, answer: Answer, actor: Actor) -> object:
    """The offer goes on the market."""
    made = services.list_(
        listing_id=case.pk, version=answer.version, cleared=answer.cleared, text=answer.text, actor=actor
    )
    return _("The offer is on the market by decision %(number)s.") % {"number": made.decision_number}


def suspend(case: Listing, answer: Answer, actor: Actor) -> object:
    """The offer leaves the market for a time."""
    offers.suspend(listing_id=case.pk, reason_code=answer.reason_code, reason_text=answer.text, actor=actor)
    return _("The offer is suspended. The seller was told why.")


def restore(case: Listing, answer: Answer, actor: Actor) -> object:
    """The offer comes back."""
    offers.restore(listing_id=case.pk, reason_text=answer.text, actor=actor)
    return _("The offer is back on the market.")


def remove(case: Listing, answer: Answer, actor: Actor) -> object:
    """The offer ends."""
    offers.remove(listing_id=case.pk, reason_code=answer.reason_code, reason_text=answer.text, actor=actor)
    return _("The offer has ended. The seller was told why.")


DECISIONS: dict[tuple[str, str], Callable[[Any, Answer, Actor], object]] = {
    ("registration", "take"): take,
    ("registration", "approve"): register,
    ("registration", "return"): return_,
    ("registration", "reject"): reject,
    ("listing", "take"): take,
    ("listing", "approve"): list_,
    ("listing", "return"): return_,
    ("listing", "reject"): reject,
    ("listing", "suspend"): suspend,
    ("listing", "restore"): restore,
    ("listing", "remove"): remove,
}


class ReviewAdmin(CaseAdmin):
    """What registrations and listings share."""

    reads = "catalog.view_asset"

    def casefile(self, request: HttpRequest, record: Any) -> Case:
        """What the reviewer reads."""
        return casefile(record, request.actor)  # type: ignore[attr-defined]

    def pair(self, record: Any) -> dict[str, Any]:
        """The registration and the offer of a page."""
        raise NotImplementedError

    def papers_of(self, record: Any) -> Iterable[StoredFile]:
        """Papers that prove origin and rights, and the agreement on shares of the offer."""
        papers = [evidence.file for evidence in self.pair(record)["registration"].current_evidence()]
        offer = offer_of(record)
        return [*papers, offer.share_agreement] if offer and offer.is_shared and offer.share_agreement else papers

    def decide(self, request: HttpRequest, record: Any, answer: Answer) -> object:
        """The decision that was chosen, on the registration or on the offer."""
        act, case = DECISIONS.get((answer.key, answer.decision)), self.pair(record).get(answer.key)
        if act is None or case is None:
            raise IllegalMove()
        return act(case, answer, request.actor)  # type: ignore[attr-defined]


@admin.register(Revision)
class RevisionAdmin(ReviewAdmin):
    """Registrations that were sent."""

    columns = (
        column("asset__number", _("Number"), order="asset__number"),
        what,
        state,
        column("holder", _("Held by")),
        column("due_on", _("Deadline")),
    )
    list_filter = (
        queue_filter(("waiting", _("Waiting for a reviewer"), lambda rows: rows.filter(state__in=WAITING))),
        ("state", titled(_("State"))),
    )
    list_select_related = ("asset__owner", "holder")
    search_fields = ("asset__number", "title_vi", "title_en", "asset__owner__name_vi", "certificate_number")
    ordering = ("due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Revisions with what a page shows."""
        return super().get_queryset(request).select_related("asset__owner", "holder", "submitted_by")

    def pair(self, record: Revision) -> dict[str, Any]:
        """The registration and the offer sent with it."""
        return {"registration": record, "listing": record.listings.filter(state__in=WAITING).first()}


@admin.register(Listing)
class ListingAdmin(ReviewAdmin):
    """Offers that were sent."""

    columns = (
        column("number", _("Number")),
        what_is_offered,
        state,
        column("price", _("Price without VAT"), order="price", show=dong),
        column("holder", _("Held by")),
        column("due_on", _("Deadline")),
    )
    list_filter = (
        queue_filter(
            ("waiting", _("Waiting for a reviewer"), lambda rows: rows.filter(state__in=WAITING)),
            ("market", _("On the market"), lambda rows: rows.filter(state=ListingState.LISTED)),
        ),
        ("state", titled(_("State"))),
        ("price_kind", titled(_("Price"))),
    )
    list_select_related = ("revision__asset__owner", "holder")
    search_fields = ("number", "revision__title_vi", "revision__title_en", "revision__asset__owner__name_vi")
    ordering = ("due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Offers with what a page shows."""
        return (
            super().get_queryset(request).select_related("revision__asset__owner", "holder", "submitted_by", "licence")
        )

    def pair(self, record: Listing) -> dict[str, Any]:
        """The offer and the registration it stands on."""
        return {"registration": record.revision, "listing": record}


@admin.register(Asset)
class AssetAdmin(Register):
    """The register of data assets."""

    reads = "catalog.view_asset"
    columns = (
        column("number", _("Number")),
        live_title,
        column("live__certificate_number", _("Certificate")),
        column("created_at", _("Since"), order="created_at"),
    )
    details = (
        *columns,
        column("live__number", _("Revision")),
        column("live__content_hash", _("Content hash")),
    )
    list_filter = (("live", titled(_("Not registered yet"), admin.EmptyFieldListFilter)),)
    list_select_related = ("owner", "live")
    search_fields = ("number", "owner__name_vi", "live__title_vi", "live__certificate_number")
    ordering = ("-pk",)
