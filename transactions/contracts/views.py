"""The contract: read, print, confirm."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalog.licences.text import blocks
from exchange.common.views import ActOn
from transactions.contracts import policies, services
from transactions.contracts.forms import AcceptForm
from transactions.contracts.models import Contract, ContractAcceptance
from transactions.contracts.selectors import contracts_visible_to, is_intact


class ContractDetail(ActOn):
    """The frozen text for both sides and staff; the form for a signatory whose side has not confirmed."""

    form_class = AcceptForm
    template_name = "transactions/contracts/detail.html"
    lookup_field = "order__number"

    def get_record(self) -> Contract:
        """The contract of the order in the address; what the viewer may not see is 404."""
        self.kwargs["order__number"] = self.kwargs.pop("number")
        return super().get_record()  # type: ignore[return-value]

    def get_queryset(self):
        """Contracts of orders the viewer may see."""
        return contracts_visible_to(self.request.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The side the viewer would confirm for, and the digest of what is shown."""
        side = policies.side_of(self.request.actor, self.record.order)
        organisation = getattr(self.record.order, side).name if side else ""
        return super().get_form_kwargs() | {"organisation": organisation}

    def get_initial(self) -> dict[str, Any]:
        """The digest of the text on the page."""
        return {"digest": self.record.digest}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Text, state of the confirmations, whether the stored bytes are still the accepted ones."""
        contract, order = self.record, self.record.order
        return super().get_context_data(
            contract=contract,
            order=order,
            blocks=blocks(contract.text),
            translated=get_language() == "en",
            is_intact=is_intact(contract),
            can_accept=policies.can_accept_contract(self.request.actor, order, contract),
            sides=[(side, _acceptance(contract, side)) for side in ("buyer", "seller")],
            **extra,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only signatories of the two sides post; others do not learn whether the form was right."""
        if not policies.may_sign(request.actor, self.record.order):
            raise PermissionDenied("accept_contract")
        return super().post(request, *args, **kwargs)

    def act(self, form: AcceptForm) -> ContractAcceptance:
        """Confirm for the side acted for."""
        return services.accept_contract(
            order_id=self.record.order_id,
            digest=form.cleaned_data["digest"],
            password=form.cleaned_data["password"],
            actor=self.request.actor,
        )

    def get_success_url(self, result: ContractAcceptance) -> str:
        """The order's page."""
        return self.record.order.get_absolute_url()

    def get_success_message(self, result: ContractAcceptance) -> object:
        """Whether the other side still has to confirm."""
        order = type(self.record.order).objects.only("state").get(pk=self.record.order_id)
        return _WAITING if order.state == "signing" else _CONCLUDED


_WAITING = _("Your side has confirmed. The contract is concluded as soon as the other side confirms.")
_CONCLUDED = _("Both sides have confirmed. The contract is concluded.")


def _acceptance(contract: Contract, side: str) -> ContractAcceptance | None:
    return next((acceptance for acceptance in contract.acceptances.all() if acceptance.side == side), None)
