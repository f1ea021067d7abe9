"""Pages of both sides: ask for the end of a concluded trade, answer, take the request back."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.codes.selectors import label
from exchange.common.forms import PortalForm
from transactions.orders.forms import ReasonForm
from transactions.orders.models import Order
from transactions.orders.views import OrderStep
from transactions.terminations import policies, selectors, services
from transactions.terminations.forms import AnswerForm
from transactions.terminations.models import EndRequest


class EndStep(OrderStep):
    """One step of a signatory towards the end of a trade."""

    def allowed(self) -> list[str]:
        """Actions open to the viewer."""
        request = selectors.open_request(self.record)
        return policies.allowed_actions(self.request.actor, self.record, request, is_frozen=self.record.is_frozen)

    def is_meant_for_viewer(self) -> bool:
        """Signatories of both sides."""
        return policies.may_end(self.request.actor, self.record)

    def get_success_url(self, result: Any) -> str:
        """The order's page."""
        return self.record.get_absolute_url()


class EndAsk(EndStep):
    """A side asks the other to end the trade."""

    action = "ask_end"
    form_class = ReasonForm
    template_name = "transactions/terminations/ask.html"
    success_message = _("The other side was asked. The trade goes on until it agrees.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """Reasons of this action only."""
        return super().get_form_kwargs() | {"action": self.action}

    def act(self, form: ReasonForm) -> EndRequest:
        """Ask."""
        return services.ask_end(order_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class EndAnswer(EndStep):
    """The other side agrees or declines."""

    action = "decline_end"  # open as long as a request of the other side waits; agreeing has its own refusals
    form_class = AnswerForm
    template_name = "transactions/terminations/answer.html"

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """What was asked, and why."""
        asked = selectors.open_request(self.record)
        reason = label("reason_trade", asked.reason_code) if asked else ""
        return super().get_context_data(asked=asked, reason=reason, **extra)

    def act(self, form: AnswerForm) -> Order:
        """Agree or decline."""
        if form.cleaned_data["answer"] == "agree":
            return services.agree_end(order_id=self.record.pk, actor=self.request.actor)
        return services.decline_end(order_id=self.record.pk, text=form.cleaned_data["text"], actor=self.request.actor)

    def get_success_message(self, result: Order) -> object:
        """What happened."""
        if result.state == "terminated":
            return _("The trade has ended. What was paid goes back to the buyer.")
        return _("The request is declined. The trade goes on.")


class EndWithdraw(EndStep):
    """The asking side takes its request back; a button of the order page."""

    action = "withdraw_end"
    form_class = PortalForm
    template_name = "transactions/terminations/withdraw.html"
    success_message = _("The request is withdrawn. The trade goes on.")

    def act(self, form: PortalForm) -> Order:
        """Withdraw."""
        return services.withdraw_end(order_id=self.record.pk, actor=self.request.actor)
