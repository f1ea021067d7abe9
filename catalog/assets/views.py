"""Pages of papers: what proves origin and rights; opened only by the owner and by staff who review."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access.policies import may
from catalog.assets import services
from catalog.assets.forms import EvidenceForm
from catalog.assets.models import Revision, RightsEvidence
from catalog.assets.states import EDITABLE
from catalog.assets.wizard import frame, step_url
from exchange.common.errors import DomainError
from exchange.common.views import ActOn
from exchange.files.ranges import ranged_response

CLOSED = _("This part can no longer be changed; it was sent.")
LEAD = _(
    "Not needed to register. An offer needs at least one about the lawful origin, added before the registration is "
    "sent. Papers are not published; reviewers read them."
)


class Papers(ActOn):
    """Step 3, last page: the papers there are, and one more."""

    template_name = "catalog/registration/papers.html"
    form_class = EvidenceForm

    def get_record(self) -> Revision:
        """The revision that is open now; strangers get 404, members without the role 403."""
        revisions = Revision.objects.visible_to(self.request.actor).select_related("asset__owner").order_by("-number")
        revision = revisions.filter(asset__number=self.kwargs["number"]).first()
        if revision is None:
            raise Http404
        if not may(self.request.actor, "catalog.edit_asset", revision.asset.owner):
            raise PermissionDenied
        return revision

    def _away(self, request: HttpRequest) -> HttpResponseRedirect | None:
        """Away from what was sent, with a word why."""
        if self.record.state in EDITABLE:
            return None
        messages.info(request, str(CLOSED))
        return HttpResponseRedirect(self.record.asset.get_absolute_url())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The papers, as long as the registration is open."""
        return self._away(request) or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the paper; who goes on without having begun one just goes on."""
        if away := self._away(request):
            return away
        is_begun = request.POST.get("claim") or "upload" in request.FILES
        if self.leaves_for and not is_begun:
            return HttpResponseRedirect(self.leaves_for)
        return super().post(request, *args, **kwargs)

    @property
    def leaves_for(self) -> str:
        """Where the button that was pressed leads; nothing for the one that adds a paper."""
        if "go" in self.request.POST:
            return self.go_on
        return self.record.asset.get_absolute_url() if "later" in self.request.POST else ""

    @property
    def go_on(self) -> str:
        """The next step, or the check the page was opened from."""
        then = self.request.GET.get("then") == "7"
        return step_url(self.record.asset.number, 7 if then else 4)

    def act(self, form: Any) -> RightsEvidence:
        """Keep the paper."""
        return services.add_evidence(revision_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)

    def get_success_message(self, result: RightsEvidence) -> object:
        """The name of the paper, so that one sees it arrived."""
        return _("Added: %(name)s") % {"name": result.file.name}

    def get_success_url(self, result: RightsEvidence) -> str:
        """The same page, for one more; or on."""
        return self.leaves_for or self.request.get_full_path()

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Frame and list."""
        return super().get_context_data(**extra) | {
            "wizard": frame(self.record, 3),
            "heading": _("Papers"),
            "lead": LEAD,
            "papers": self.record.current_evidence(),
        }


class PaperRemove(ActOn):
    """Take a paper out of a draft."""

    success_message = _("The paper was removed.")

    def get_record(self) -> RightsEvidence:
        """A paper of the organisation acted for."""
        return get_object_or_404(papers_visible_to(self.request), pk=self.kwargs["pk"])

    def act(self, form: Any) -> Revision:
        """Remove it."""
        return services.remove_evidence(evidence_id=self.record.pk, actor=self.request.actor)

    def get_success_url(self, result: Revision) -> str:
        """Back to the papers."""
        return step_url(result.asset.number, "3-papers")

    def refused(self, form: Any, error: DomainError) -> HttpResponseRedirect:
        """The refusal as a message on the page the button stands on, or on the asset's once that is closed."""
        messages.error(self.request, str(error.message))
        return HttpResponseRedirect(self.record.revision.asset.get_absolute_url())

    def show(self, form: Any, status: int = 200, **extra: Any) -> HttpResponseRedirect:
        """The button stands on the page of papers."""
        return HttpResponseRedirect(step_url(self.record.revision.asset.number, "3-papers"))


class Paper(View):
    """One paper, as it was uploaded."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
        """Hand it out as an attachment."""
        paper = get_object_or_404(papers_visible_to(request), pk=pk, revision__asset__number=number)
        return ranged_response(request, paper.file, paper.file.name, paper.file.media_type)


def papers_visible_to(request: HttpRequest) -> Any:
    """Papers of revisions the actor may see."""
    visible = Revision.objects.visible_to(request.actor)
    papers = RightsEvidence.objects.filter(revision__in=visible, removed_at__isnull=True)
    return papers.select_related("file", "revision__asset")
