"""Pages of both sides: open a dispute, follow it, answer, add, accept or reject, appeal, withdraw."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, View

from exchange.codes.selectors import label
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.views import ActOn
from exchange.files.ranges import ranged_response
from exchange.transparency import kinds
from exchange.transparency.selectors import entries_of
from transactions.disputes import pack, policies, selectors, services
from transactions.disputes.forms import (
    AppealForm,
    ComplaintForm,
    ConsentForm,
    StatementForm,
    VersionedForm,
    WithdrawForm,
)
from transactions.disputes.models import Dispute, DisputeEvidence
from transactions.orders.views import OrderStep


class DisputeOpen(OrderStep):
    """A side complains about an order whose data was handed over."""

    action = "dispute"
    form_class = ComplaintForm
    template_name = "transactions/disputes/open.html"
    success_message = _("The dispute is open. Downloads and payout stand still; the other side was asked to answer.")

    def allowed(self) -> list[str]:
        """Whether a dispute can be opened by the viewer now."""
        last = selectors.latest_dispute(self.record)
        return (
            ["dispute"]
            if selectors.can_open(self.request.actor, self.record, last=last, is_frozen=self.record.is_frozen)
            else []
        )

    def is_meant_for_viewer(self) -> bool:
        """Who speaks for a side."""
        return policies.may_speak(self.request.actor, self.record)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Reasons of the side acted for."""
        side = policies.side_of(self.request.actor, self.record) or "buyer"
        return super().get_form_kwargs() | {"action": f"open_{side}"}

    def act(self, form: ComplaintForm) -> Dispute:
        """Open it."""
        return services.open_dispute(order_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class DisputeDetail(DetailView):
    """Everything about a dispute, for both sides and staff."""

    template_name = "transactions/disputes/detail.html"
    slug_field = slug_url_kwarg = "number"
    context_object_name = "dispute"

    def get_queryset(self):
        """Disputes the viewer may see; the rest is 404."""
        return Dispute.objects.visible_to(self.request.actor).select_related("order__buyer", "order__seller")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Stage, next step, what was said, papers, rulings, buttons."""
        dispute, actor = self.object, self.request.actor
        now = selectors.standing_for(dispute, actor)
        actions = [] if actor.is_staff else selectors.allowed_actions(actor, now)
        return super().get_context_data(
            order=dispute.order,
            now=now,
            actions=actions,
            next_step=selectors.next_step(now),
            statements=[(said, label("reason_dispute", said.reason_code)) for said in selectors.statements_of(dispute)],
            rulings=[_in_words(ruling) for ruling in now.rulings],
            reads_papers=policies.may_read_evidence(actor, dispute.order),
            course=[(kinds.label(entry.kind), entry.made_at) for entry in entries_of(dispute)],
            **kwargs,
        )


def _in_words(ruling: Any) -> tuple[Any, str, str]:
    article = label("dispute_article", ruling.article) if ruling.article else ""
    return ruling, label("reason_dispute", ruling.reason_code), article


class DisputeStep(ActOn):
    """One step of a side; a page whose step is over leads back to the dispute."""

    lookup_field = "number"
    action = ""

    def get_queryset(self):
        """Disputes the viewer may see; the rest is 404."""
        return Dispute.objects.visible_to(self.request.actor).select_related("order__buyer", "order__seller")

    def allowed(self) -> list[str]:
        """Actions open to the viewer now."""
        return selectors.allowed_actions(self.request.actor, selectors.standing(self.record))

    def is_meant_for_viewer(self) -> bool:
        """Whether the viewer speaks for a side, whatever the stage."""
        return policies.may_speak(self.request.actor, self.record.order)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page to whom it is meant for, while it makes sense."""
        if not self.is_meant_for_viewer():
            raise PermissionDenied(self.action)
        if self.action in self.allowed():
            return super().get(request, *args, **kwargs)
        messages.info(request, str(_("This step is over or not possible now. The page shows what can be done.")))
        return HttpResponseRedirect(self.record.get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The right comes first, then the stage, then what was typed."""
        if not self.is_meant_for_viewer():
            raise PermissionDenied(self.action)
        if self.action not in self.allowed():
            return self.refused(self.get_form(), IllegalMove())
        return super().post(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The version the page was made from."""
        return {"version": self.record.version}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The dispute and its order."""
        return super().get_context_data(dispute=self.record, order=self.record.order, **extra)


class DisputeAnswer(DisputeStep):
    """The other side answers."""

    action = "answer"
    form_class = VersionedForm
    template_name = "transactions/disputes/answer.html"
    success_message = _("Your answer was sent. A reviewer of the exchange now mediates.")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The complaint that is answered."""
        complaint = self.record.statements.order_by("pk").first()
        reason = label("reason_dispute", self.record.reason_code)
        return super().get_context_data(complaint=complaint, reason=reason, **extra)

    def act(self, form: StatementForm) -> Dispute:
        """Answer."""
        return services.answer(dispute_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class DisputeAdd(DisputeStep):
    """A side adds words and papers."""

    action = "add"
    form_class = VersionedForm
    template_name = "transactions/disputes/add.html"
    success_message = _("What you added is on file. The other side was told.")

    def act(self, form: StatementForm) -> Dispute:
        """Add."""
        return services.add(dispute_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class DisputeAppeal(DisputeStep):
    """A side appeals a decision."""

    action = "appeal"
    form_class = AppealForm
    template_name = "transactions/disputes/appeal.html"
    success_message = _("Your appeal was sent. A second reviewer of the exchange decides.")

    def act(self, form: AppealForm) -> Dispute:
        """Appeal."""
        return services.appeal(dispute_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class DisputeWithdraw(DisputeStep):
    """Who opened the dispute takes it back."""

    action = "withdraw"
    form_class = WithdrawForm
    template_name = "transactions/disputes/withdraw.html"
    success_message = _("The dispute is withdrawn. The trade goes on where it stood.")

    def act(self, form: WithdrawForm) -> Dispute:
        """Withdraw."""
        return services.withdraw(dispute_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class DisputeConsent(DisputeStep):
    """A signatory accepts or rejects a ruling; buttons of the dispute's page."""

    @property
    def action(self) -> str:  # type: ignore[override]
        """What was pressed."""
        return "reject" if self.request.POST.get("answer") == "reject" else "accept"

    form_class = ConsentForm
    success_message = _("Your answer is recorded.")

    def is_meant_for_viewer(self) -> bool:
        """Signatories of both sides."""
        return policies.may_settle(self.request.actor, self.record.order)

    def act(self, form: ConsentForm) -> Dispute:
        """Accept or reject."""
        return services.respond(
            dispute_id=self.record.pk,
            ruling=form.cleaned_data["ruling"],
            is_accepted=form.cleaned_data["answer"] == "accept",
            actor=self.request.actor,
        )


class DisputePack(View):
    """The evidence pack, for both sides and those who judge; the log keeps who took it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        """Make it, note it, send it."""
        disputes = Dispute.objects.visible_to(request.actor).select_related("order__buyer", "order__seller")
        dispute = get_object_or_404(disputes, number=number)
        if not policies.may_read_evidence(request.actor, dispute.order):
            raise Http404
        made = pack.build(dispute)
        try:
            services.note_pack(dispute_id=dispute.pk, digest=made.digest, files=made.files, actor=request.actor)
        except DomainError as error:
            made.file.close()
            messages.error(request, str(error.message))
            return HttpResponseRedirect(dispute.get_absolute_url())
        response = FileResponse(made.file, as_attachment=True, filename=made.name, content_type="application/zip")
        response["Cache-Control"] = "no-store"
        return response


class PaperOpen(View):
    """A paper of a dispute, its hash checked, for both sides and those who judge."""

    def get(self, request: HttpRequest, number: str, pk: int) -> HttpResponseBase:
        """Send the bytes as they came, or say that they are no longer what they were."""
        papers = DisputeEvidence.objects.visible_to(request.actor).filter(statement__dispute__number=number)
        paper = get_object_or_404(papers.select_related("file", "statement__dispute__order"), pk=pk)
        dispute = paper.statement.dispute
        if not policies.may_read_evidence(request.actor, dispute.order):
            raise Http404
        try:
            response = ranged_response(request, paper.file)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(dispute.get_absolute_url())
        response["Cache-Control"] = "no-store"
        return response
