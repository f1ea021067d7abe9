"""Disputes in the console: both sides read on one page, ruled by a reviewer."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.access.actor import Actor
from exchange.common.admin import CaseAdmin, badge, column, dong, queue_filter, titled, two_lines
from exchange.common.casefile import Answer, Case
from exchange.common.errors import IllegalMove
from exchange.files.models import StoredFile
from transactions.disputes import policies, services
from transactions.disputes.casefile import TONES, casefile
from transactions.disputes.models import Dispute
from transactions.disputes.selectors import papers_of
from transactions.disputes.services.rulings import Verdict
from transactions.disputes.states import DisputeState


def what(dispute: Dispute) -> object:
    """Dataset with both sides under it."""
    order = dispute.order
    return two_lines(order.title, f"{order.seller.name} → {order.buyer.name}", order.number)


what.short_description = _("Dataset and sides")  # type: ignore[attr-defined]


def state(dispute: Dispute) -> object:
    """State as a chip."""
    return badge(TONES.get(DisputeState(dispute.state), ""), dispute.get_state_display())


state.short_description = _("State")  # type: ignore[attr-defined]
state.admin_order_field = "state"  # type: ignore[attr-defined]


def take(dispute: Dispute, answer: Answer, actor: Actor) -> object:
    """The reviewer holds the dispute."""
    services.take(dispute_id=dispute.pk, actor=actor)
    return _("You hold the dispute now.")


def verdict_of(answer: Answer) -> Verdict:
    """What the reviewer said."""
    return Verdict(
        outcome=answer.outcome,
        reason_code=answer.reason_code,
        text=answer.text,
        article=answer.article,
        refund=answer.amount,
    )


def propose(dispute: Dispute, answer: Answer, actor: Actor) -> object:
    """Propose a settlement."""
    services.propose(dispute_id=dispute.pk, verdict=verdict_of(answer), version=answer.version, actor=actor)
    return _("The proposal is recorded. A signatory of each side answers it.")


def decide(dispute: Dispute, answer: Answer, actor: Actor) -> object:
    """Decide."""
    services.decide(dispute_id=dispute.pk, verdict=verdict_of(answer), version=answer.version, actor=actor)
    return _("The decision is recorded. Both sides were told and may appeal once.")


def decide_appeal(dispute: Dispute, answer: Answer, actor: Actor) -> object:
    """Decide the appeal."""
    services.decide_appeal(dispute_id=dispute.pk, verdict=verdict_of(answer), version=answer.version, actor=actor)
    return _("The appeal is decided. The decision takes effect.")


DECISIONS: dict[str, Callable[[Dispute, Answer, Actor], object]] = {
    "take": take,
    "propose": propose,
    "decide": decide,
    "decide_appeal": decide_appeal,
}


@admin.register(Dispute)
class DisputeAdmin(CaseAdmin):
    """Every dispute."""

    reads = "transactions.view_order"
    columns = (
        column("number", _("Number")),
        what,
        state,
        column("outcome", _("Outcome")),
        column("refund", _("The buyer gets back"), order="refund", show=dong),
        column("due_on", _("Deadline")),
    )
    list_filter = (
        queue_filter(
            (
                "waiting",
                _("Waiting for a reviewer"),
                lambda rows: rows.filter(state__in=[DisputeState.MEDIATION, DisputeState.APPEALED]),
            ),
            ("open", _("Open"), lambda rows: rows.open()),
        ),
        ("state", titled(_("State"))),
        ("outcome", titled(_("Outcome"))),
    )
    list_select_related = ("order__buyer", "order__seller", "holder")
    search_fields = ("number", "order__number", "order__buyer__name_vi", "order__seller__name_vi")
    ordering = ("due_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Disputes with what a page shows."""
        return super().get_queryset(request).select_related("order__buyer", "order__seller", "holder")

    def casefile(self, request: HttpRequest, record: Dispute) -> Case:
        """What staff read."""
        return casefile(record, request.actor)  # type: ignore[attr-defined]

    def papers_of(self, record: Dispute) -> Iterable[StoredFile]:
        """Papers both sides handed in."""
        return [paper.file for paper in papers_of(record)]

    def paper_view(self, request: HttpRequest, object_id: str, file_id: Any) -> Any:
        """Papers open to who judges, and to the supervisor."""
        record = self.record(request, object_id)
        if not policies.may_read_evidence(request.actor, record.order):  # type: ignore[attr-defined]
            raise Http404
        return super().paper_view(request, object_id, file_id)

    def decide(self, request: HttpRequest, record: Dispute, answer: Answer) -> object:
        """The decision that was chosen."""
        act = DECISIONS.get(answer.decision)
        if act is None:
            raise IllegalMove()
        return act(record, answer, request.actor)  # type: ignore[attr-defined]
