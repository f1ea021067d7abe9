"""Pages of an offer: the organisations it is for, and pausing, resuming, ending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access.policies import may
from accounts.organisations.models import Organisation, ParticipantState
from catalog.assets import kept
from catalog.assets.wizard import frame, step_url
from catalog.offers import services, sharing
from catalog.offers.forms import GrantForm, OwnersForm, ReasonForm
from catalog.offers.models import Audience, Listing, ListingOwner
from catalog.offers.selectors import owner_actions, shares_of, unanswered
from catalog.offers.shares import MOST_OTHERS, percent
from catalog.offers.states import EDITABLE, LISTING_FLOW, OPEN_STATES
from exchange.common.errors import DomainError, Stale
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn
from exchange.files.ranges import ranged_response


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


class Owners(OfOffer):
    """Step 6, only for a shared revenue: the other owners, each with its share, and the signed agreement."""

    template_name = "catalog/registration/owners.html"
    form_class = OwnersForm

    def get_record(self) -> Listing:
        """Only offers with a shared revenue have this page."""
        listing = super().get_record()
        if not listing.is_shared:
            raise Http404
        return listing

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, unless the offer was sent."""
        return self._closed() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """One more row, or save; a paper that was chosen is kept before the rest is looked at."""
        if closed := self._closed():
            why = kept.closed_offer(self.record.revision, may_withdraw="withdraw" in owner_actions(self.record))
            return kept.page(request, self.record.revision, self.get_form(), why) or closed
        if "more" in request.POST:
            return self.show(self._one_more())
        try:
            self._keep_paper()
        except DomainError as error:
            form = self.get_form()
            form.is_valid()
            error.fields = {"agreement": error.message}
            return self.refused(form, error)
        return super().post(request, *args, **kwargs)

    def _closed(self) -> HttpResponse | None:
        if self.record.state in EDITABLE:
            return None
        messages.info(self.request, str(_("This part can no longer be changed; it was sent.")))
        return HttpResponseRedirect(self.record.revision.asset.get_absolute_url())

    def _keep_paper(self) -> None:
        upload = self.request.FILES.get("agreement")
        if upload is not None:
            sharing.add_agreement(listing_id=self.record.pk, upload=upload, actor=self.request.actor)
            self.record = self.get_record()

    @cached_property
    def saved(self) -> list[ListingOwner]:
        """The owners saved so far, the seller first."""
        return shares_of(self.record)

    @property
    def rows(self) -> int:
        """How many rows for other owners the page has."""
        if self.request.method == "POST":
            typed = sum(f"code_{row}" in self.request.POST for row in range(1, MOST_OTHERS + 1))
            return typed + ("more" in self.request.POST and typed < MOST_OTHERS)
        return min(max(len(self.saved), 2), MOST_OTHERS)

    def get_initial(self) -> dict[str, Any]:
        """What was saved; the seller's own row stands apart."""
        seller = self.record.revision.asset.owner_id
        own = next((row for row in self.saved if row.organisation_id == seller), None)
        found: dict[str, Any] = {"version": self.record.version, "own_share": own and percent(own.basis_points)}
        for number, row in enumerate((row for row in self.saved if row.organisation_id != seller), start=1):
            found[f"code_{number}"] = row.organisation.tax_code or row.organisation.agency_code
            found[f"share_{number}"] = percent(row.basis_points) if row.basis_points else None
        return found

    def get_form_kwargs(self) -> dict[str, Any]:
        """Rows, and whether the agreement is there."""
        has_agreement = self.record.share_agreement_id is not None
        is_draft = "draft" in self.request.POST
        return super().get_form_kwargs() | {"rows": self.rows, "is_draft": is_draft, "has_agreement": has_agreement}

    def _one_more(self) -> OwnersForm:
        """The page as it was typed, with one more row."""
        kwargs = self.get_form_kwargs() | {"data": None, "files": None}
        return OwnersForm(**kwargs | {"initial": self.request.POST.dict()})

    def act(self, form: Any) -> Listing:
        """Save the shares."""
        answers = form.cleaned_data
        return sharing.save_shares(
            listing_id=self.record.pk,
            version=answers["version"],
            own_share=answers["own_share"],
            others=form.others(),
            is_draft=form.is_draft,
            actor=self.request.actor,
        )

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """After a change elsewhere the answers stay on the page, and saving again puts them in place."""
        if isinstance(error, Stale):
            form.data = form.data.copy()
            form.data["version"] = str(self.get_record().version)
        return super().refused(form, error)

    def get_success_url(self, result: Any) -> str:
        """The asset's page, the check, or the next page."""
        if "draft" in self.request.POST:
            return super().get_success_url(result)
        then = 7 if self.request.GET.get("then") == "7" else "6-licence"
        return step_url(self.record.revision.asset.number, then)

    def get_success_message(self, result: Any) -> object:
        """Only leaving is worth a word."""
        return _("The draft is saved. Continue whenever you like.") if "draft" in self.request.POST else ""

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Frame, names of the owners saved so far, and the agreement."""
        number, form = self.record.revision.asset.number, extra["form"]
        back = step_url(number, 7) if self.request.GET.get("then") == "7" else ""
        names = {row.organisation.tax_code or row.organisation.agency_code: row.organisation.name for row in self.saved}
        return super().get_context_data(**extra) | {
            "wizard": frame(self.record.revision, 6, back=back),
            "heading": _("Owners and shares"),
            "lead": _("Each sale is shared out among the owners named here, to the dong."),
            "seller": self.record.revision.asset.owner,
            "owners": [(row, code, share, names.get(code.value(), "")) for row, code, share in form.rows],
            "may_add": len(form.rows) < MOST_OTHERS,
            "agreement": self.record.share_agreement,
        }


class Agreement(View):
    """The signed agreement on shares, as it was uploaded: for the seller's members."""

    def get(self, request: HttpRequest, number: str) -> HttpResponseBase:
        """Hand it out as an attachment."""
        offers = Listing.objects.visible_to(request.actor).current().filter(is_shared=True)
        offers = offers.exclude(share_agreement=None).select_related("share_agreement")
        listing = get_object_or_404(offers.order_by("-pk"), revision__asset__number=number)
        file = listing.share_agreement
        return ranged_response(request, file, file.name, file.media_type)


ENDING = {
    "withdraw": (
        _("Take the offer back"),
        _(
            "The offer becomes a draft again and leaves the queue of the exchange. Change it and send it again "
            "whenever you like; the time for the answer then begins anew."
        ),
        _("Take the offer back"),
        _("The offer is a draft again."),
    ),
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
    """Take back, pause, resume or end an offer; the page states the effect before the button."""

    template_name = "catalog/registration/confirm.html"

    @property
    def action(self) -> str:
        """Which of the four."""
        return self.kwargs["action"]

    def get_record(self) -> Listing:
        """Only what the offer's state allows has a page."""
        listing = super().get_record()
        if self.action not in ENDING or not LISTING_FLOW.allows(listing.state, self.action):
            raise Http404
        return listing

    def get_form(self) -> Any:
        """A reason is asked for what takes an offer off the market."""
        if self.action in ("resume", "withdraw"):
            return PortalForm(**self.get_form_kwargs())
        return ReasonForm(action=self.action, **self.get_form_kwargs())

    def act(self, form: Any) -> Listing:
        """Do it."""
        use_cases = {
            "withdraw": services.withdraw,
            "pause": services.pause,
            "resume": services.resume,
            "delist": services.delist,
        }
        return use_cases[self.action](listing_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)

    def get_success_message(self, result: Listing) -> object:
        """What is so now."""
        return ENDING[self.action][3]

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Heading, effect, button."""
        heading, effect, button, _done = ENDING[self.action]
        back = self.record.revision.asset.get_absolute_url()
        words = {"heading": heading, "effect": effect, "button": button, "back": back}
        return super().get_context_data(**extra) | words | {"title": self.record.revision.title}
