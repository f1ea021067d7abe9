"""The buyer's page of the legality check: the supplement. Reviewers decide in the console."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.codes.selectors import label
from transactions.compliance import policies, services
from transactions.compliance.forms import SupplementForm
from transactions.orders.models import Order
from transactions.orders.views import OrderStep


class OrderSupplement(OrderStep):
    """The buyer mends what the exchange asked about; everything said before is filled in."""

    action = "supplement"
    form_class = SupplementForm
    template_name = "transactions/compliance/supplement.html"
    success_message = _("Your supplement was sent. The exchange goes on with the legality check.")

    def allowed(self) -> list[str]:
        """Actions of the legality check open to the viewer."""
        return policies.allowed_actions(self.request.actor, self.record)

    def is_meant_for_viewer(self) -> bool:
        """Whether the viewer may order for the buyer."""
        return policies.may_supplement(self.request.actor, self.record)

    def get_initial(self) -> dict[str, Any]:
        """What the order says now."""
        names = ("purpose", "territory", "storage_place", "use_description", "version")
        return {name: getattr(self.record, name) for name in names}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The choices are those of the frozen terms."""
        return super().get_form_kwargs() | {"terms": self.record.snapshot["terms"]}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """What was asked."""
        asked = [FIELD_NAMES[name] for name in self.record.reason_fields if name in FIELD_NAMES]
        return super().get_context_data(asked=asked, reason=label("reason_trade", self.record.reason_code), **extra)

    def act(self, form: SupplementForm) -> Order:
        """Send the supplement."""
        given = dict(form.cleaned_data)
        text, version = given.pop("text"), given.pop("version")
        return services.supplement(
            order_id=self.record.pk, answers=given, text=text, version=version, actor=self.request.actor
        )


FIELD_NAMES = {
    "purpose": _("Purpose of use"),
    "territory": _("Territory of use"),
    "storage_place": _("Place of storage"),
    "use_description": _("How the data will be used"),
    "supplement": _("Further explanation"),
}
