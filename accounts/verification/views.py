"""Pages of a participant's file and its admission."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.access.acting import acted_for
from accounts.membership.forms import DetailsForm
from accounts.organisations.details import BANK, SECTIONS, fields_of
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification import policies, selectors, services
from accounts.verification.evaluation import findings_of, is_ready
from accounts.verification.facts import proposed_details
from accounts.verification.forms import EvidenceForm, ServiceContractForm, VersionForm
from accounts.verification.models import Evidence, ServiceContractAcceptance, VerificationCase
from accounts.verification.progress import conditions_of, progress_of, steps_of
from accounts.verification.summary import TITLES, field_labels, proposed_rows, sections_of
from exchange.codes.selectors import label
from exchange.common.clock import today
from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn
from exchange.files.ranges import ranged_response
from exchange.transparency.selectors import entries_of


def open_or_latest_case(request: HttpRequest) -> VerificationCase:
    """The case of the organisation acted for; 404 where there is none."""
    organisation = acted_for(request, "accounts.view_organisation")
    case = selectors.latest_case(organisation)
    if case is None:
        raise Http404
    return case


def where_it_goes_on(organisation: Organisation) -> str:
    """The file while its conditions are being met, else the page of the organisation."""
    case = selectors.latest_case(organisation)
    is_prepared = case is not None and case.is_with_applicant
    return reverse("accounts:verification" if is_prepared else "accounts:organisation")


class Overview(View):
    """The organisation acted for: standing, details, people, service contract; or how to get one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it."""
        if request.actor.organisation is None:
            return render(request, "accounts/verification/none.html", {"is_staff": request.actor.is_staff})
        organisation = acted_for(request, "accounts.view_organisation")
        case = selectors.latest_case(organisation)
        contract = selectors.current_service_contract(today())
        context = {
            "organisation": organisation,
            "case": case,
            "progress": progress_of(case) if case else None,
            "obstacles": selectors.may_trade(organisation, today()),
            "ends_soon": selectors.ends_soon(organisation, today()),
            "sections": sections_of(
                organisation,
                editable=policies.can_edit_details(request.actor, organisation, case),
                keys=policies.can_change_keys(organisation, case),
            ),
            "proposed": proposed_rows(case),
            "contract": contract,
            "acceptance": selectors.acceptance_of(organisation, contract),
            "may_submit": policies.can_open_case(request.actor, organisation, case),
            "may_accept": policies.can_accept_contract(request.actor, organisation),
        }
        return render(request, "accounts/verification/overview.html", context)


class DetailsEdit(ActOn):
    """Correct one group of details."""

    form_class = DetailsForm
    template_name = "accounts/verification/details.html"

    def get_record(self) -> Organisation:
        """The organisation acted for."""
        if self.kwargs["section"] not in SECTIONS:
            raise Http404
        return acted_for(self.request, "accounts.edit_organisation")

    def get_form(self) -> DetailsForm:
        """The questions of the group; what a verified number says once is not asked again."""
        form = DetailsForm(kind=self.record.kind, section=self.kwargs["section"], **self.get_form_kwargs())
        if self.record.personal_id_hash:
            form.fields.pop("personal_id", None)
        form.fields["version"] = VersionForm.base_fields["version"]
        return form

    def get_initial(self) -> dict[str, Any]:
        """What is on record, with proposed changes over it; the holder of an account is the participant."""
        case = selectors.latest_case(self.record)
        open_case = case if case and case.is_open else None
        details = {name: getattr(self.record, name) for name in self._names()}
        proposed = proposed_details(self.record, open_case)
        details |= {name: proposed[name] for name in details if name in proposed}
        if self.kwargs["section"] == BANK and not details["bank_holder"]:
            details["bank_holder"] = proposed["name_vi"]
        return details | {"version": self.record.version}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The name of the group, and whether changes wait for a decision."""
        waits = self.record.state != ParticipantState.APPLICANT
        return super().get_context_data(title=TITLES[self.kwargs["section"]], waits=waits, **extra)

    def act(self, form: DetailsForm) -> Organisation:
        """Save them."""
        details = {name: form.cleaned_data[name] for name in form.cleaned_data if name != "version"}
        return services.save_details(
            organisation_id=self.record.pk,
            version=form.cleaned_data["version"],
            details=details,
            actor=self.request.actor,
        )

    def get_success_message(self, result: Organisation) -> object:
        """Say whether the change is in force or waits."""
        case = selectors.latest_case(result)
        if case and case.is_open and case.proposal:
            return _("Saved. Changes of verified details take effect when the file has been verified again.")
        return _("Saved.")

    def get_success_url(self, result: Organisation) -> str:
        """Back to the file that is prepared, or to the organisation."""
        return where_it_goes_on(result)

    def _names(self) -> list[str]:
        return [name for name in fields_of(self.kwargs["section"], self.record.kind) if name != "personal_id"]


class CaseDetail(View):
    """The file: stage, holder, due day, conditions, papers, course."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show it, or the way to open one."""
        organisation = acted_for(request, "accounts.view_organisation")
        case = selectors.latest_case(organisation)
        if case is None:
            return HttpResponseRedirect(reverse("accounts:organisation"))
        findings = findings_of(case)
        context = {
            "organisation": organisation,
            "case": case,
            "progress": progress_of(case),
            "conditions": conditions_of(findings),
            "met": sum(finding.is_passed for finding in findings),
            "is_ready": is_ready(findings),
            "papers": [(paper, label("evidence_kind", paper.kind)) for paper in selectors.papers_of(case)],
            "proposed": proposed_rows(case),
            "reason": label("reason_participant", case.reason_code) if case.reason_code else "",
            "reason_fields": field_labels(case.reason_fields) if case.reason_code else [],
            "steps": steps_of(case, entries_of(case)),
            "may_work": policies.can_work_on_case(request.actor, case),
            "may_open": policies.can_open_case(request.actor, organisation, case),
        }
        return render(request, "accounts/verification/case.html", context)


class CaseOpen(ActOn):
    """Open a file, or find the one that is open."""

    def get_record(self) -> Organisation:
        """The organisation acted for."""
        return acted_for(self.request, "accounts.submit_case")

    def act(self, form: PortalForm) -> VerificationCase:
        """Open it."""
        return services.open_case(organisation_id=self.record.pk, actor=self.request.actor)


class CaseSubmit(ActOn):
    """Check and send the file."""

    form_class = VersionForm
    template_name = "accounts/verification/send.html"
    success_message = _("The file is sent. This page shows who holds it and until when.")

    def get_record(self) -> VerificationCase:
        """The case of the organisation acted for."""
        acted_for(self.request, "accounts.submit_case")
        return open_or_latest_case(self.request)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A file that is with the exchange, or lacks something, has nothing to send."""
        if not self.record.is_with_applicant or not is_ready(findings_of(self.record)):
            return HttpResponseRedirect(self.record.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The version the page was made from."""
        return {"version": self.record.version}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """What is about to be sent."""
        conditions = conditions_of(findings_of(self.record))
        papers = [label("evidence_kind", paper.kind) for paper in selectors.papers_of(self.record)]
        return super().get_context_data(
            conditions=conditions,
            papers=papers,
            sections=sections_of(self.record.organisation, editable=False),
            proposed=proposed_rows(self.record),
            **extra,
        )

    def act(self, form: VersionForm) -> VerificationCase:
        """Send it."""
        return services.submit_case(
            case_id=self.record.pk, version=form.cleaned_data["version"], actor=self.request.actor
        )


class EvidenceAdd(ActOn):
    """Add one paper."""

    form_class = EvidenceForm
    template_name = "accounts/verification/paper_add.html"
    success_message = _("The paper is added.")

    def get_record(self) -> VerificationCase:
        """The case of the organisation acted for."""
        acted_for(self.request, "accounts.submit_case")
        return open_or_latest_case(self.request)

    def get_form(self) -> EvidenceForm:
        """Kinds of papers of this kind of participant."""
        return EvidenceForm(kind=self.record.organisation.kind, **self.get_form_kwargs())

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Papers already on file: they stay whatever happens to this one."""
        papers = [(paper, label("evidence_kind", paper.kind)) for paper in selectors.papers_of(self.record)]
        return super().get_context_data(papers=papers, **extra)

    def act(self, form: EvidenceForm) -> Evidence:
        """Keep it."""
        return services.add_evidence(
            case_id=self.record.pk,
            kind=form.cleaned_data["kind"],
            upload=form.cleaned_data["file"],
            actor=self.request.actor,
        )

    def get_success_url(self, result: Evidence) -> str:
        """Back to the file."""
        return reverse("accounts:verification")


class EvidenceRemove(ActOn):
    """Take a paper out of the file, after a page that says what it means."""

    template_name = "accounts/verification/paper_remove.html"
    success_message = _("The paper is removed.")

    def get_queryset(self) -> QuerySet[Evidence]:
        """Papers of the organisation acted for."""
        acted_for(self.request, "accounts.submit_case")
        return selectors.visible_papers(self.request.actor)

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """What the paper is."""
        return super().get_context_data(kind=label("evidence_kind", self.record.kind), **extra)

    def act(self, form: PortalForm) -> Evidence:
        """Remove it."""
        return services.remove_evidence(evidence_id=self.record.pk, actor=self.request.actor)

    def get_success_url(self, result: Evidence) -> str:
        """Back to the file."""
        return reverse("accounts:verification")


class EvidenceFile(View):
    """The content of a paper, for the applicant and for staff who read files."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Send the bytes as they came, or say that they are no longer what they were."""
        paper = get_object_or_404(selectors.visible_papers(request.actor), pk=pk)
        try:
            return ranged_response(request, paper.file)
        except DomainError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(reverse("accounts:organisation"))


class ServiceContractAccept(ActOn):
    """Read and accept the service contract of the exchange."""

    form_class = ServiceContractForm
    template_name = "accounts/verification/contract.html"
    success_message = _("The service contract is accepted.")

    def get_record(self) -> Organisation:
        """The organisation acted for; every member may read."""
        return acted_for(self.request, "accounts.view_organisation")

    def get_initial(self) -> dict[str, Any]:
        """The digest of the text shown."""
        contract = selectors.current_service_contract(today())
        return {"digest": contract.digest if contract else ""}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The text, and who accepted it when."""
        contract = selectors.current_service_contract(today())
        return super().get_context_data(
            contract=contract,
            acceptance=selectors.acceptance_of(self.record, contract),
            may_accept=policies.can_accept_contract(self.request.actor, self.record),
            **extra,
        )

    def act(self, form: ServiceContractForm) -> ServiceContractAcceptance:
        """Accept it."""
        return services.accept_service_contract(
            organisation_id=self.record.pk, actor=self.request.actor, **form.cleaned_data
        )

    def get_success_url(self, result: ServiceContractAcceptance) -> str:
        """Back to the file that is prepared, or to the organisation."""
        return where_it_goes_on(self.record)
