"""Files of participants: read and decided on one page."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from accounts.organisations.models import Organisation, ParticipantState
from accounts.verification import services
from accounts.verification.casefile import casefile
from accounts.verification.models import VerificationCase
from accounts.verification.selectors import papers_of
from accounts.verification.states import PARTICIPANT_FLOW, CaseState
from exchange.codes.selectors import choices
from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import EMPTY, CaseAdmin, badge, column, queue_filter, titled, two_lines
from exchange.common.casefile import Answer, Case
from exchange.common.errors import IllegalMove
from exchange.common.forms import PortalForm
from exchange.files.models import StoredFile

TONES = {
    CaseState.VERIFIED: "ok",
    CaseState.REJECTED: "err",
    CaseState.LAPSED: "err",
    CaseState.RETURNED: "warn",
    CaseState.IN_REVIEW: "info",
    CaseState.SUBMITTED: "info",
}


def participant(case: VerificationCase) -> object:
    """Name with the kind under it."""
    return two_lines(case.organisation.name, case.organisation.get_kind_display())


participant.short_description = _("Participant")  # type: ignore[attr-defined]
participant.admin_order_field = "organisation__name_vi"  # type: ignore[attr-defined]


def state(case: VerificationCase) -> object:
    """State as a chip."""
    return badge(TONES.get(case.state, ""), case.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def take(case: VerificationCase, answer: Answer, actor: Actor) -> object:
    """The reviewer holds the file."""
    services.take_case(case_id=case.pk, version=answer.version, actor=actor)
    return _("You hold the file now.")


def verify(case: VerificationCase, answer: Answer, actor: Actor) -> object:
    """The participant is verified."""
    services.verify_case(case_id=case.pk, version=answer.version, cleared=answer.cleared, text=answer.text, actor=actor)
    return _("The participant is verified and was told.")


def return_(case: VerificationCase, answer: Answer, actor: Actor) -> object:
    """The applicant completes the file."""
    services.return_case(
        case_id=case.pk,
        version=answer.version,
        reason_code=answer.reason_code,
        text=answer.text,
        fields=answer.fields,
        actor=actor,
    )
    return _("The file is back with the applicant, who was told what is missing.")


def reject(case: VerificationCase, answer: Answer, actor: Actor) -> object:
    """The file ends."""
    services.reject_case(
        case_id=case.pk, version=answer.version, reason_code=answer.reason_code, text=answer.text, actor=actor
    )
    return _("The file is rejected. The applicant was told why.")


def reassign(case: VerificationCase, answer: Answer, actor: Actor) -> object:
    """Another reviewer holds the file."""
    reviewer = int(answer.to) if answer.to.isascii() and answer.to.isdigit() else 0
    services.reassign_case(case_id=case.pk, version=answer.version, reviewer_id=reviewer, actor=actor)
    return _("The file is with another reviewer.")


DECISIONS: dict[str, Callable[[VerificationCase, Answer, Actor], object]] = {
    "take": take,
    "approve": verify,
    "return": return_,
    "reject": reject,
    "reassign": reassign,
}


@admin.register(VerificationCase)
class VerificationCaseAdmin(CaseAdmin):
    """Files that were sent; drafts are the applicant's own."""

    reads = "accounts.view_organisation"
    columns = (
        column("number", _("Number")),
        participant,
        state,
        column("holder", _("Held by")),
        column("due_on", _("Deadline")),
    )
    list_filter = (
        queue_filter(("waiting", _("Waiting for a reviewer"), lambda rows: rows.waiting())),
        ("state", titled(_("State"))),
        ("organisation__kind", titled(_("Kind"))),
    )
    list_select_related = ("organisation", "holder")
    search_fields = ("number", "organisation__name_vi", "organisation__name_en", "organisation__tax_code")
    ordering = ("due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Everything that was ever sent."""
        return super().get_queryset(request).exclude(state=CaseState.DRAFT).select_related("organisation", "holder")

    def casefile(self, request: HttpRequest, record: VerificationCase) -> Case:
        """What the reviewer reads."""
        return casefile(record, request.actor)  # type: ignore[attr-defined]

    def papers_of(self, record: VerificationCase) -> Iterable[StoredFile]:
        """Papers of the file."""
        return [paper.file for paper in papers_of(record)]

    def decide(self, request: HttpRequest, record: VerificationCase, answer: Answer) -> object:
        """The decision that was chosen."""
        if answer.decision not in DECISIONS:
            raise IllegalMove()
        return DECISIONS[answer.decision](record, answer, request.actor)  # type: ignore[attr-defined]


class WordsForm(PortalForm):
    """Why, in words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Reason"),
        help_text=_("The participant reads it word for word."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SuspendForm(WordsForm):
    """Code and words of a suspension."""

    reason_code = forms.ChoiceField(
        label=_("Reason code"), choices=lambda: choices("reason_participant", action="suspend")
    )


class CloseForm(WordsForm):
    """Code and words of a closing."""

    reason_code = forms.ChoiceField(
        label=_("Reason code"), choices=lambda: choices("reason_participant", action="close")
    )


def suspend(actor: Actor, organisation: Organisation, data: dict[str, Any]) -> object:
    """Trading stops."""
    services.suspend_participant(organisation_id=organisation.pk, actor=actor, **data)
    return _("The participant is suspended and was told why.")


def restore(actor: Actor, organisation: Organisation, data: dict[str, Any]) -> object:
    """Trading goes on."""
    services.restore_participant(organisation_id=organisation.pk, actor=actor, **data)
    return _("The participant may trade again and was told.")


def close(actor: Actor, organisation: Organisation, data: dict[str, Any]) -> object:
    """Trading ends for good."""
    services.close_participant(organisation_id=organisation.pk, actor=actor, **data)
    return _("The trading account is closed. The participant was told why.")


class IdentityForm(PortalForm):
    """What was seen of an e-identity."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label=_("Level of the representative's e-identity"),
        choices=[(0, _("None seen")), (1, _("Level 1")), (2, _("Level 2"))],
        coerce=int,
        widget=forms.RadioSelect,
    )
    checked_on = forms.DateField(label=_("Checked on"), required=False)
    is_linked = forms.BooleanField(label=_("The organisation has linked its own e-identity account"), required=False)


def identify(actor: Actor, organisation: Organisation, data: dict[str, Any]) -> object:
    """What was seen is noted."""
    services.record_identity(organisation_id=organisation.pk, actor=actor, **data)
    return _("The e-identity is noted.")


def identity_of(organisation: Organisation) -> dict[str, Any]:
    """What was noted before."""
    return version_of(organisation) | {
        "level": organisation.eid_level,
        "checked_on": organisation.eid_checked_on,
        "is_linked": organisation.eid_linked,
    }


def version_of(organisation: Organisation) -> dict[str, Any]:
    """The state the officer has read."""
    return {"version": organisation.version}


def allows(action: str) -> Callable[[Organisation], bool]:
    """Whether the standing lets an action through."""
    return lambda organisation: PARTICIPANT_FLOW.allows(organisation.state, action)


ACTS = (
    Act(
        code="identity",
        title=_("Note an e-identity check"),
        button=_("Note it"),
        right="accounts.review_case",
        run=identify,
        form_class=IdentityForm,
        note=_("The exchange is not connected to VNeID: write down what you saw of the account, and when."),
        when=lambda organisation: organisation.state != ParticipantState.CLOSED,
        initial=identity_of,
    ),
    Act(
        code="suspend",
        title=_("Suspend the participant"),
        button=_("Suspend"),
        right="accounts.suspend_participant",
        run=suspend,
        form_class=SuspendForm,
        note=_("It can no longer sell or buy until it is restored."),
        when=allows("suspend"),
        initial=version_of,
        takes_away=True,
    ),
    Act(
        code="restore",
        title=_("Restore the participant"),
        button=_("Restore"),
        right="accounts.suspend_participant",
        run=restore,
        form_class=WordsForm,
        when=allows("restore"),
        initial=version_of,
    ),
    Act(
        code="close",
        title=_("Close the trading account"),
        button=_("Close for good"),
        right="accounts.suspend_participant",
        run=close,
        form_class=CloseForm,
        note=_("This cannot be undone. Records stay."),
        when=allows("close"),
        initial=version_of,
        takes_away=True,
    ),
)


STANDINGS = {ParticipantState.ACTIVE: "ok", ParticipantState.SUSPENDED: "warn", ParticipantState.CLOSED: "err"}


def named(organisation: Organisation) -> object:
    """Name with the kind under it."""
    return two_lines(organisation.name, organisation.get_kind_display())


named.short_description = _("Participant")  # type: ignore[attr-defined]
named.admin_order_field = "name_vi"  # type: ignore[attr-defined]


def standing(organisation: Organisation) -> object:
    """Standing as a chip."""
    return badge(STANDINGS.get(organisation.state, ""), organisation.get_state_display())


def codes(organisation: Organisation) -> object:
    """Tax code and agency code, whichever there are."""
    found = [code for code in (organisation.tax_code, organisation.agency_code) if code]
    return two_lines(*found) if found else EMPTY


codes.short_description = _("Tax or agency code")  # type: ignore[attr-defined]
standing.short_description = _("Standing")  # type: ignore[attr-defined]
standing.admin_order_field = "state"  # type: ignore[attr-defined]


def tail(number: str) -> str:
    """The last digits of an account number."""
    return f"•••• {number[-4:]}" if number else "–"


@admin.register(Organisation)
class OrganisationAdmin(ActingRegister):
    """Every participant and its standing."""

    reads = "accounts.view_organisation"
    columns = (
        named,
        standing,
        codes,
        column("verified_until", _("Verified until")),
    )
    details = (
        column("name_vi", _("Name in Vietnamese")),
        column("name_en", _("Name in English")),
        column("kind", _("Kind")),
        standing,
        column("tax_code", _("Tax code")),
        column("agency_code", _("Agency code")),
        column("province", _("Province")),
        column("address", _("Address")),
        column("representative_name", _("Legal representative")),
        column("representative_title", _("Position of the representative")),
        column("public_mailbox", _("Public contact mailbox")),
        column("bank", _("Bank")),
        column("bank_account", _("Account number"), show=tail),
        column("bank_holder", _("Account holder")),
        column("budget_account", _("Takes revenue of the State budget")),
        column("eid_level", _("Level of electronic identification")),
        column("eid_checked_on", _("Checked on")),
        column("eid_linked", _("Account of the organisation is linked")),
        column("verified_at", _("Verified at")),
        column("verified_until", _("Verified until")),
        column("created_at", _("Since")),
    )
    list_filter = (("state", titled(_("Standing"))), ("kind", titled(_("Kind"))))
    list_select_related = ("province", "bank")
    search_fields = ("name_vi", "name_en", "short_name", "tax_code", "agency_code")
    ordering = ("name_vi",)
    acts = ACTS
