"""Pages that state an effect before their button: taking back, deleting a draft, a new revision, retiring."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Revision
from catalog.assets.wizard import step_url
from catalog.registration import forms, selectors, services
from catalog.registration.views import OfDossier


class OfAsset(OfDossier):
    """A page that states an effect before its button."""

    template_name = "catalog/registration/confirm.html"
    form_class = forms.VersionForm
    words: dict[str, Any]

    def get_form_kwargs(self) -> dict[str, Any]:
        """The version of the revision worked on."""
        return super().get_form_kwargs() | {"initial": {"version": self.dossier.revision.version}}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Heading, effect, button."""
        own = {"title": self.dossier.revision.title, "back": self.record.get_absolute_url()}
        return super().get_context_data(**extra) | self.words | own


class NewRevision(OfAsset):
    """Begin a new revision beside the live one."""

    words = {
        "heading": _("Prepare a new revision"),
        "effect": _(
            "A draft with the present answers is made; only the file is asked for again. The registered revision "
            "stays live until the new one is registered."
        ),
        "button": _("Prepare a new revision"),
    }

    def act(self, form: Any) -> Revision:
        """Make the draft."""
        return services.new_revision(asset_id=self.record.pk, actor=self.request.actor)

    def get_success_url(self, result: Revision) -> str:
        """The file comes first."""
        return step_url(self.record.number, 2)


class Retire(OfAsset):
    """Take a registered asset out of the catalogue."""

    words = {
        "heading": _("Retire the asset"),
        "effect": _(
            "The asset leaves the catalogue for good. Its certificate stays readable; orders that run go on. This "
            "cannot be undone."
        ),
        "button": _("Retire the asset"),
        "is_grave": True,
    }
    success_message = _("The asset is retired.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, as long as it can be done."""
        code, words = selectors.obstacle_to_retiring(self.record)
        return self.leave(words) if code else super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Revision:
        """Retire it."""
        return services.retire(
            revision_id=self.dossier.revision.pk, version=form.cleaned_data["version"], actor=self.request.actor
        )

    def get_success_url(self, result: Revision) -> str:
        """The asset's page."""
        return self.record.get_absolute_url()


class Withdraw(OfAsset):
    """Take a sent registration back, as long as nobody has taken it."""

    words = {
        "heading": _("Take the registration back"),
        "effect": _(
            "The registration, and the offer sent with it, become drafts again and leave the queue of the exchange. "
            "Change them and send them again whenever you like; the time for the answer then begins anew."
        ),
        "button": _("Take the registration back"),
    }
    success_message = _("The registration is a draft again.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, as long as it can be done."""
        if not selectors.can_withdraw(self.dossier.revision):
            return self.leave(_("This registration cannot be taken back at the present stage."))
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Revision:
        """Take it back."""
        return services.withdraw_registration(
            revision_id=self.dossier.revision.pk, version=form.cleaned_data["version"], actor=self.request.actor
        )

    def get_success_url(self, result: Revision) -> str:
        """The asset's page with its tasks."""
        return self.record.get_absolute_url()


class Discard(OfAsset):
    """Delete a draft that was never sent."""

    words = {
        "heading": _("Delete this draft"),
        "effect": _(
            "The draft leaves your list with its answers, its file and its papers; nobody can open it again. Its "
            "number is not given to other data. This cannot be undone."
        ),
        "button": _("Delete the draft"),
        "is_grave": True,
    }
    success_message = _("The draft was deleted.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, as long as it can be done."""
        if not selectors.can_discard(self.dossier.revision):
            return self.leave(_("Only a draft that was never sent can be deleted."))
        return super().get(request, *args, **kwargs)

    def act(self, form: Any) -> Revision:
        """Delete it."""
        return services.discard_draft(
            revision_id=self.dossier.revision.pk, version=form.cleaned_data["version"], actor=self.request.actor
        )

    def get_success_url(self, result: Revision) -> str:
        """The list; the asset's own page only where an earlier revision is left."""
        left = self.record.revisions.exclude(pk=result.pk)
        return self.record.get_absolute_url() if left else reverse("catalog:register")
