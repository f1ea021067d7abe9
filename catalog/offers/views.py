"""Pages of an offer: the organisations it is for, and pausing, resuming, ending it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from accounts.access.policies import may
from accounts.organisations.models import Organisation, ParticipantState
from catalog.assets.wizard import frame, step_url
from catalog.offers import services
from catalog.offers.forms import GrantForm, ReasonForm
from catalog.offers.models import Audience, Listing
from catalog.offers.selectors import unanswered
from catalog.offers.states import LISTING_FLOW, OPEN_STATES
from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn


class OfOffer(ActOn):
    """What pages about the current offer of an asset share."""

    def get_record(self) -> Listing:
        """The offer of the address; strangers get 404, members without the role 403."""
        listings = Listing.objects.visible_to(self.request.actor).current().select_related("revision__asset__owner")
        listing = get_object_or_404(listings.order_by("-pk"), revision__asset__number=self.kwargs["number"])
        if not may(self.request.actor, "catalog.edit_asset", listing.revision.asset.owner):
            raise PermissionDenied
        return listing

    def get_success_url(self, result: Any) -> str:
        """The asset's page."""
        return self.record.revision.asset.get_absolute_url()


class NamedOrganisations(OfOffer):
    """Step 6, last page: organisations that see the offer."""

    template_name = "catalog/registration/organisations.html"
    form_class = GrantForm

    def get_record(self) -> Listing:
        """Only offers for named organisations have this page."""
        listing = super().get_record()
        if listing.audience != Audience.NAMED:
            raise Http404
        return listing

    def act(self, form: Any) -> Any:
        """Name one more."""
        return services.grant(
            listing_id=self.record.pk, organisation=self._find(form.cleaned_data["code"]), actor=self.request.actor
        )

    def _find(self, code: str) -> Organisation:
        active = Organisation.objects.filter(state=ParticipantState.ACTIVE)
        found = active.filter(Q(tax_code=code) | Q(agency_code=code)).exclude(tax_code="", agency_code="").first()
        if found is None:
            words = _("No verified organisation has this code. Check it, or ask the organisation to register.")
            raise DomainError(words, code="organisation_unknown", fields={"code": words})
        return found

    def get_success_url(self, result: Any) -> str:
        """The same page."""
        return step_url(self.record.revision.asset.number, "6-organisations")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Frame and list."""
        is_open = self.record.state in OPEN_STATES
        done = [] if unanswered(self.record) else [6]
        number = self.record.revision.asset.number
        return super().get_context_data(**extra) | {
            "wizard": frame(self.record.revision, 6, also_done=done),
            "heading": _("Named organisations"),
            "lead": _("Only these organisations see the offer and may order."),
            "grants": self.record.granted_to.filter(ended_at__isnull=True).select_related("organisation"),
            "go_on": step_url(number, 7) if is_open else self.record.revision.asset.get_absolute_url(),
        }


class EndGrant(OfOffer):
    """Take the view back from one organisation."""

    def act(self, form: Any) -> None:
        """End the grant."""
        grants = self.record.granted_to.filter(ended_at__isnull=True).select_related("organisation")
        grant = get_object_or_404(grants, pk=self.kwargs["pk"])
        services.end_grant(listing_id=self.record.pk, organisation=grant.organisation, actor=self.request.actor)

    def get_success_url(self, result: Any) -> str:
        """The list."""
        return step_url(self.record.revision.asset.number, "6-organisations")

    def refuse_without_page(self, form: Any) -> Any:
        """The button stands on the list."""
        return self.done(None)


ENDING = {
    "pause": (
        _("Pause the offer"),
        _("The offer leaves the catalogue until you resume it. Running orders go on."),
        _("Pause"),
        _("The offer is paused."),
    ),
    "delist": (
        _("End the offer"),
        _("The offer ends for good; a new one can be prepared and moderated. Running orders go on."),
        _("End the offer"),
        _("The offer has ended."),
    ),
    "resume": (
        _("Resume the offer"),
        _("The offer is shown in the catalogue again, with the terms that were approved."),
        _("Resume"),
        _("The offer is on the market again."),
    ),
}


class OfferAct(OfOffer):
    """Pause, resume or end an offer; the page states the effect before the button."""

    template_name = "catalog/registration/confirm.html"

    @property
    def action(self) -> str:
        """Which of the three."""
        return self.kwargs["action"]

    def get_record(self) -> Listing:
        """Only what the offer's state allows has a page."""
        listing = super().get_record()
        if self.action not in ENDING or not LISTING_FLOW.allows(listing.state, self.action):
            raise Http404
        return listing

    def get_form(self) -> Any:
        """A reason is asked for all but resuming."""
        if self.action == "resume":
            return PortalForm(**self.get_form_kwargs())
        return ReasonForm(action=self.action, **self.get_form_kwargs())

    def act(self, form: Any) -> Listing:
        """Do it."""
        use_case = {"pause": services.pause, "resume": services.resume, "delist": services.delist}[self.action]
        return use_case(listing_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)

    def get_success_message(self, result: Listing) -> object:
        """What is so now."""
        return ENDING[self.action][3]

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Heading, effect, button."""
        heading, effect, button, _done = ENDING[self.action]
        back = self.record.revision.asset.get_absolute_url()
        words = {"heading": heading, "effect": effect, "button": button, "back": back}
        return super().get_context_data(**extra) | words | {"title": self.record.revision.title}
