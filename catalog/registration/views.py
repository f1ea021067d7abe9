"""Pages of registration: the list of assets, one asset, the steps, check and send."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from accounts.access.policies import may
from catalog.assets import kept
from catalog.assets.models import Asset, Revision
from catalog.assets.states import EDITABLE
from catalog.assets.steps import REGISTRATION_STEPS
from catalog.assets.wizard import STEPS, THEN_CHECK, frame, step_url
from catalog.classification.steps import lost
from catalog.offers.selectors import owner_actions, unanswered
from catalog.offers.states import EDITABLE as OFFER_EDITABLE
from catalog.registration import forms, preflight, selectors, services, suggestions, summary
from catalog.registration.answers import for_the_last_look, sections
from catalog.registration.pages import BY_SLUG, Dossier, Page, next_slug
from catalog.registration.progress import rows
from exchange.common.errors import DomainError, Stale
from exchange.common.views import REFUSED, ActOn, put_refusal

OFFER = 6
ACCESS = "4-access"


class AssetList(ListView):
    """The organisation's assets with their state, next action and due day."""

    template_name = "catalog/registration/list.html"
    paginate_by = 20

    def get_queryset(self):
        """Assets of the organisation acted for."""
        return selectors.assets_of(self.request.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Lines of the list, and whether a registration may be started."""
        context = super().get_context_data(**kwargs)
        organisation = self.request.actor.organisation
        return context | {
            "rows": rows(list(context["page_obj"])),
            "may_start": may(self.request.actor, "catalog.edit_asset", organisation),
        }


class AssetStart(ActOn):
    """Begin a registration."""

    def act(self, form: Any) -> Revision:
        """A new draft, or the one that was begun and left empty."""
        return services.create_asset(actor=self.request.actor)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The button stands on the list."""
        return redirect("catalog:register")

    def get_success_url(self, result: Revision) -> str:
        """The first page."""
        return step_url(result.asset.number, 1)


class AssetDetail(DetailView):
    """One asset: tasks while it is prepared, the course of the case afterwards, the certificate in the end."""

    template_name = "catalog/registration/detail.html"
    slug_field = slug_url_kwarg = "number"
    context_object_name = "asset"

    def get_queryset(self):
        """Assets the actor may see; strangers get 404."""
        return selectors.assets_of(self.request.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier of the revision worked on, as the page shows it."""
        context = super().get_context_data(**kwargs)
        dossier = selectors.dossier_of(selectors.working_revision(self.object))
        return context | summary.detail(dossier, self.request.actor)


class OfDossier(ActOn):
    """What pages about one registration share: the dossier of its number, for those who may edit."""

    dossier: Dossier

    def get_record(self) -> Asset:
        """The asset of the address; strangers get 404, members without the role 403."""
        actor = self.request.actor
        asset = get_object_or_404(selectors.assets_of(actor), number=self.kwargs["number"])
        if not may(actor, "catalog.edit_asset", asset.owner):
            raise PermissionDenied
        self.dossier = selectors.dossier_of(selectors.working_revision(asset))
        return asset

    @property
    def also_done(self) -> list[int]:
        """Steps kept outside the revision."""
        return [6] if self.dossier.listing.pk and not unanswered(self.dossier.listing) else []

    def wizard(self, step: int, back: str = "") -> dict[str, Any]:
        """The frame of the page."""
        return frame(self.dossier.revision, step, back=back, also_done=self.also_done)

    def leave(self, sentence: object) -> HttpResponse:
        """Back to the asset's page with a word why."""
        messages.info(self.request, str(sentence))
        return HttpResponseRedirect(self.record.get_absolute_url())


class StepPage(OfDossier):
    """One page of questions; saved at once, also half answered."""

    template_name = "catalog/registration/step.html"
    page: Page
    emptied: Sequence[str] = ()  # answers taken away on this page by hand
    lost: Sequence[str] = ()  # those of other pages that went with them

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the page, and send away who cannot change it now."""
        page = BY_SLUG.get(kwargs["step"])
        if page is None or page.form is None:
            raise Http404
        self.page = page
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, unless it is not open or does not apply."""
        return self._closed() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, unless the page is not open or does not apply; what was typed is then shown back."""
        if self._is_open and self.page.applies(self.dossier):
            return super().post(request, *args, **kwargs)
        shown_back = kept.page(request, self.dossier.revision, self.get_form(), self._elsewhere())
        return shown_back or self._closed()  # type: ignore[return-value]  # it is closed

    @property
    def _is_open(self) -> bool:
        if self.page.step == OFFER:
            return selectors.can_offer(self.dossier)
        return selectors.can_edit(self.dossier.revision)

    def _closed(self) -> HttpResponse | None:
        if not self._is_open:
            return self.leave(_("This part can no longer be changed; it was sent."))
        if not self.page.applies(self.dossier):
            return HttpResponseRedirect(step_url(self.record.number, self.page.step))
        return None

    def _elsewhere(self) -> kept.Reason:
        """Why what was typed cannot be saved: the part was sent, or the question no longer arises."""
        if self._is_open:
            return kept.no_question(step_url(self.record.number, self.page.step))
        if self.page.step == OFFER:
            listing = self.dossier.listing
            return kept.closed_offer(self.dossier.revision, may_withdraw="withdraw" in owner_actions(listing))
        return kept.closed(self.dossier.revision, may_withdraw=selectors.can_withdraw(self.dossier.revision))

    @property
    def is_draft(self) -> bool:
        """Whether the person leaves for now."""
        return "draft" in self.request.POST

    @property
    def back_to_check(self) -> bool:
        """Whether the page was opened from the last step to correct one thing."""
        return self.request.GET.get("then") == "7"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The record the answers stand on, and the version they were read at."""
        part = self.page.record(self.dossier)
        holder = part if self.page.part == "listing" else self.dossier.revision
        known = {"record": part, "version": holder.version, "is_draft": self.is_draft}
        return super().get_form_kwargs() | known | {"suggested": suggestions.suggested(self.page, self.dossier)}

    def get_form(self) -> Any:
        """The form of the page."""
        return self.page.form(**self.get_form_kwargs())

    def act(self, form: Any) -> Revision:
        """Save the answers."""
        self.emptied = [name for name, answer in form.answers().items() if not answer]
        return services.save_page(
            part=self.page.part,
            step=self.page.step,
            revision_id=self.dossier.revision.pk,
            version=form.cleaned_data["version"],
            data=form.answers(),
            actor=self.request.actor,
        )

    def refused(self, form: Any, error: DomainError) -> HttpResponse:
        """After a change elsewhere the answers stay on the page, and saving again puts them in place."""
        if not isinstance(error, Stale):
            return super().refused(form, error)
        self.record = self.get_record()
        fresh = self.get_form_kwargs()["version"]
        form.data = form.data.copy()
        form.data[form.add_prefix("version")] = str(fresh)
        put_refusal(form, DomainError(CHANGED_ELSEWHERE, code=error.code))
        return self.show(form, status=REFUSED)

    def done(self, result: Revision) -> HttpResponse:
        """Go on, and say which answers of other pages the new ones took away."""
        before = self.dossier.classification.answers
        self.record = self.get_record()
        self.lost = lost(before, self.dossier.classification.answers, emptied=self.emptied)
        if self.lost:
            messages.warning(self.request, summary.lost_in_words(self.lost))
        return super().done(result)

    def get_success_message(self, result: Revision) -> object:
        """Only leaving is worth a word."""
        return _("The draft is saved. Continue whenever you like.") if self.is_draft else ""

    def get_success_url(self, result: Revision) -> str:
        """The next page that applies, the check, or the asset's page."""
        if self.is_draft:
            return self.record.get_absolute_url()
        if self.back_to_check:
            if "access" in self.lost:
                return step_url(self.record.number, ACCESS) + THEN_CHECK
            return step_url(self.record.number, 7)
        return step_url(self.record.number, next_slug(self.page.slug, self.dossier))

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Frame, heading, and what the step adds."""
        back = step_url(self.record.number, 7) if self.back_to_check else ""
        own = {"heading": self.page.heading, "lead": self.page.lead, "page": self.page}
        return (
            super().get_context_data(**extra)
            | own
            | {
                "wizard": self.wizard(self.page.step, back),
                "aside": summary.beside(self.page, self.dossier),
            }
        )


NOT_CONFIRMED = _("Not confirmed yet")  # not that the data is barred: nobody has said so
CHANGED_ELSEWHERE = _(
    "This registration was changed in another window or by a colleague since you opened the page. What you typed is "
    "kept below. Compare it with the present answers, then save again."
)


class CheckAndSend(OfDossier):
    """Step 7: the reviewer's checks, a last look, the declaration."""

    template_name = "catalog/registration/check.html"
    form_class = forms.SendForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The check, when there is something to send."""
        return super().get(request, *args, **kwargs) if self.kinds else self._nothing_to_send()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send, when there is something to send."""
        return super().post(request, *args, **kwargs) if self.kinds else self._nothing_to_send()

    def _nothing_to_send(self) -> HttpResponse:
        revision = self.dossier.revision
        waiting = [step for step in REGISTRATION_STEPS if step not in revision.steps_done]
        if revision.state in EDITABLE and waiting:
            names = "; ".join(f"{step}. {STEPS[step]}" for step in waiting)
            return self.leave(_("Finish these steps of the registration first: %(names)s.") % {"names": names})
        if self.dossier.listing.pk and self.dossier.listing.state in OFFER_EDITABLE:
            return self.leave(_("Finish step 6, offer and terms, first."))
        return self.leave(_("There is nothing to send now."))

    @property
    def kinds(self) -> list[str]:
        """What can be sent now."""
        revision, listing = self.dossier.revision, self.dossier.listing
        ready = revision.state in EDITABLE and not set(REGISTRATION_STEPS) - set(revision.steps_done)
        offered = bool(listing.pk) and listing.state in OFFER_EDITABLE and not unanswered(listing)
        if ready:
            return [forms.REGISTRATION, forms.BOTH] if offered else [forms.REGISTRATION]
        return [forms.LISTING] if offered and revision.state not in EDITABLE else []

    def get_form_kwargs(self) -> dict[str, Any]:
        """Versions of both parts; both are sent unless one is chosen."""
        kwargs = super().get_form_kwargs() | {"kinds": self.kinds}
        kwargs["initial"] = {
            "version": self.dossier.revision.version,
            "listing_version": self.dossier.listing.version,
            "what": self.kinds[-1],
        }
        return kwargs

    def _lacks_for_an_offer(self) -> list[dict[str, Any]]:
        """What should be added before the registration is closed, for who claims the right to trade."""
        revision = self.dossier.revision
        if self.kinds != [forms.REGISTRATION] or not revision.right_operate:
            return []
        lines = summary.lines(preflight.lacks_for_an_offer(revision), revision)
        return [line | ({"message": NOT_CONFIRMED} if line["rule"] == "R28" else {}) for line in lines]

    def act(self, form: Any) -> Any:
        """Send what was chosen."""
        what, answers, actor = form.what_is_sent(), form.cleaned_data, self.request.actor
        revision_id, listing_id = self.dossier.revision.pk, self.dossier.listing.pk
        declared, version = answers["declared"], answers["version"]
        if what == forms.REGISTRATION:
            return services.submit_registration(
                revision_id=revision_id, version=version, declared=declared, actor=actor
            )
        offer = {"listing_id": listing_id, "declared": declared, "actor": actor}
        if what == forms.LISTING:
            return services.submit_listing(version=answers["listing_version"], **offer)
        return services.submit_together(
            revision_id=revision_id, version=version, listing_version=answers["listing_version"], **offer
        )

    def get_success_message(self, result: Any) -> object:
        """The receipt: number and expected day (product pain 7)."""
        words = _("Received: %(number)s. The exchange answers by %(due)s.")
        return words % {"number": self.record.number, "due": f"{result.due_on:%d/%m/%Y}"}

    def get_success_url(self, result: Any) -> str:
        """The asset's page, where the course of the case stands."""
        return self.record.get_absolute_url()

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Checks and a summary with links."""
        groups = []
        if self.kinds and self.kinds[0] != forms.LISTING:
            groups.append(preflight.check_registration(self.dossier.revision))
        if forms.BOTH in self.kinds or forms.LISTING in self.kinds:
            groups.append(preflight.check_listing(self.dossier.listing))
        checks = selectors.tally(*groups)
        revision = self.dossier.revision
        lines = summary.lines(checks.open, revision)
        return super().get_context_data(**extra) | {
            "wizard": self.wizard(7, self.record.get_absolute_url()),
            "heading": BY_SLUG["7"].heading,
            "lead": BY_SLUG["7"].lead,
            "offer_url": step_url(self.record.number, 6) if self.kinds == [forms.REGISTRATION] else "",
            "checks": checks,
            "lines": lines,
            "way_back": summary.way_back(revision, lines),
            "for_offer": self._lacks_for_an_offer(),
            "sections": for_the_last_look(sections(self.dossier)),
        }
