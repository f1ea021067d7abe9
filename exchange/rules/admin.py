"""Rule parameters with their dates, changed with four eyes, and the stored evaluations."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exchange.common.acts import Act, ActingRegister
from exchange.common.admin import Register, badge, code, column, doer, titled
from exchange.common.fields import DayField
from exchange.common.forms import PortalForm
from exchange.rules import services
from exchange.rules.findings import Verdict
from exchange.rules.models import Evaluation, RuleParameter


class ProposeForm(PortalForm):
    """A new value, from when, resting on what."""

    value = forms.CharField(
        label=_("New value"), help_text=_("Written like the present value: a number, true or false, or a list in [ ].")
    )
    valid_from = DayField(label=_("Valid from"))
    citation = forms.CharField(label=_("Instrument and article"), max_length=300)
    confidence = forms.ChoiceField(
        label=_("Confidence"),
        choices=[("A", _("A: text read in full")), ("B", _("B: secondary source")), ("C", _("C: to be confirmed"))],
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def clean_value(self) -> Any:
        """The value as the rules read it."""
        try:
            return json.loads(self.cleaned_data["value"])
        except ValueError as error:
            words = _("Write a number such as 5, true or false, or a list such as [1, 2].")
            raise forms.ValidationError(words, code="invalid") from error


def propose(actor: Any, parameter: RuleParameter, data: dict[str, Any]) -> object:
    """A value waits for a second person."""
    services.propose_parameter(name=parameter.name, actor=actor, **data)
    return _("The new value is proposed. A second person approves it.")


def approve(actor: Any, parameter: RuleParameter, data: dict[str, Any]) -> object:
    """The proposed value takes effect on its day."""
    services.approve_parameter(parameter_id=parameter.pk, actor=actor)
    return _("The value is approved and takes effect on its day.")


def barred(parameter: RuleParameter, actor: Any) -> object:
    """Why this person cannot approve it."""
    return services.obstacle(parameter, actor)[1]


def withdraw(actor: Any, parameter: RuleParameter, data: dict[str, Any]) -> object:
    """The proposal goes; the present value stays in force."""
    services.withdraw_parameter(parameter_id=parameter.pk, actor=actor)
    return _("The proposal is taken back. The present value stays in force.")


def is_proposed(parameter: RuleParameter) -> bool:
    """Whether the value waits for a second person."""
    return parameter.proposed_by_id is not None and parameter.approved_by_id is None


def standing(parameter: RuleParameter) -> object:
    """Whether the value counts."""
    if is_proposed(parameter):
        return badge("warn", _("Proposed"), "clock")
    return badge("ok", _("Approved"), "check")


standing.short_description = _("Standing")  # type: ignore[attr-defined]


def written(value: Any) -> str:
    """A value as it is typed."""
    return json.dumps(value, ensure_ascii=False)


def shown(value: Any) -> object:
    """A value as a list shows it."""
    return code(written(value))


STAGES = {
    "ORD": _("Legality check of a trade"),
    "AST": _("Registration of an asset"),
    "LST": _("Moderation of a listing"),
    "admission": _("Verification of a participant"),
}


PERIOD = (
    column("valid_from", _("Valid from")),
    column("valid_to", _("Valid to")),
)


@admin.register(RuleParameter)
class RuleParameterAdmin(ActingRegister):
    """Numbers and switches of the rules."""

    reads = "exchange.view_registers"
    columns = (
        column("name", _("Name"), order="name", show=code),
        column("value", _("Value"), show=shown),
        *PERIOD,
        column("citation", _("Basis")),
        column("confidence", _("Confidence")),
        standing,
    )
    details = (
        *columns,
        column("note", _("Note")),
        column("proposed_by", _("Proposed by")),
        column("approved_by", _("Approved by")),
    )
    list_filter = (("confidence", titled(_("Confidence"))),)
    list_select_related = ("proposed_by", "approved_by")
    search_fields = ("name", "citation")
    ordering = ("name", "-valid_from")
    acts = (
        Act(
            code="approve",
            title=_("Approve the value"),
            button=_("Approve"),
            right=services.RIGHT,
            run=approve,
            note=_("Not by the person who proposed it."),
            when=is_proposed,
            barred=barred,
        ),
        Act(
            code="withdraw",
            title=_("Take the proposal back"),
            button=_("Take it back"),
            right=services.RIGHT,
            run=withdraw,
            note=_("The log keeps that it was proposed."),
            when=is_proposed,
            takes_away=True,
        ),
        Act(
            code="propose",
            title=_("Propose another value"),
            button=_("Propose"),
            right=services.RIGHT,
            run=propose,
            form_class=ProposeForm,
            note=_("What was decided under the old value stays decided."),
            initial=lambda parameter: {"value": written(parameter.value), "confidence": parameter.confidence},
        ),
    )


def worst(evaluation: Evaluation) -> object:
    """The gravest verdict."""
    verdicts = [Verdict(row["verdict"]) for row in evaluation.findings]
    return max(verdicts, key=lambda verdict: verdict.weight).label if verdicts else "–"


worst.short_description = _("Gravest verdict")  # type: ignore[attr-defined]


def findings(evaluation: Evaluation) -> object:
    """Every finding in a line."""
    rows = ((row.rule, row.verdict.label, row.message) for row in evaluation.results)
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{} · {} · {}</li>", rows))


findings.short_description = _("Findings")  # type: ignore[attr-defined]


class StageFilter(admin.SimpleListFilter):
    """Evaluations of one stage."""

    title, parameter_name = _("Stage"), "stage"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, object]]:
        """The stages in words."""
        return list(STAGES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        """Those of the chosen stage."""
        return queryset.filter(stage=self.value()) if self.value() else queryset


@admin.register(Evaluation)
class EvaluationAdmin(Register):
    """Every evaluation ever made, with the facts and parameters it saw."""

    reads = "exchange.view_registers"
    columns = (
        column("pk", _("Number"), order="pk"),
        column("subject", _("About"), order="subject", show=code),
        column("stage", _("Stage"), order="stage", show=lambda stage: STAGES.get(stage, stage)),
        column("ruleset", _("Rule set"), order="ruleset", show=code),
        worst,
        column("made_at", _("Time")),
    )
    details = (
        *columns,
        column("made_by", _("Made by"), show=doer),
        column("digest", _("Hash")),
        column("parameters", _("Parameters"), show=shown),
        findings,
    )
    list_filter = (StageFilter,)
    search_fields = ("subject",)
    ordering = ("-pk",)
    show_full_result_count = False

    def title_of(self, record: Evaluation) -> str:
        """By its number."""
        return gettext("Evaluation %(number)s") % {"number": record.pk}
