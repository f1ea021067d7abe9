"""Pages of the two sides: place an order, accept, decline or withdraw it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from accounts.access.policies import may
from accounts.organisations.models import Organisation
from accounts.verification.selectors import may_trade
from catalog.classification.models import Reach
from catalog.licences.selectors import plain_rights
from catalog.offers.models import Listing
from exchange.codes.selectors import label
from exchange.common.clock import today
from exchange.common.errors import DomainError, IllegalMove
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn
from transactions.orders import policies, services
from transactions.orders.forms import OrderForm, ReasonForm
from transactions.orders.models import Order
from transactions.orders.owners import is_owner, own_part
from transactions.pricing.services import quote_listing


class OrderNew(ActOn):
    """The order form of a dataset, with the price line by line and the rights beside it."""

    form_class = OrderForm
    template_name = "transactions/orders/new.html"
    success_message = _(
        "Your order was sent to the seller. Its number stands on this page; you will be told each step."
    )

    def get_record(self) -> Listing:
        """The offer of the dataset in the address; what the viewer may not see is 404."""
        self.kwargs["revision__asset__number"] = self.kwargs.pop("number")
        self.lookup_field = "revision__asset__number"
        return super().get_record()  # type: ignore[return-value]

    def get_queryset(self):
        """Offers on the market for this viewer."""
        return Listing.objects.on_market(self.request.actor).select_related(
            "revision__asset__owner", "revision__classification"
        )

    def get_form_kwargs(self) -> dict[str, Any]:
        """The choices are those of the offer."""
        return super().get_form_kwargs() | {"terms": self.record.snapshot["terms"]}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """Price, rights, and why nothing can be ordered, if so."""
        quote, obstacle = self._quote(), self._obstacle()
        return super().get_context_data(
            quote=quote,
            obstacle=obstacle or ("" if quote else _NO_PRICE),
            rights=plain_rights(self.record.snapshot["terms"]),
            **extra,
        )

    def _quote(self):
        try:
            return quote_listing(self.record, today())
        except DomainError:
            return None

    def _obstacle(self) -> object:
        """Why this viewer cannot order here, in words that say what to do."""
        actor, seller = self.request.actor, self.record.revision.asset.owner
        if actor.organisation is None:
            return _NO_ORGANISATION
        if own := self._own(actor.organisation, seller):
            return own
        if not may(actor, "transactions.place_order", actor.organisation):
            return _NO_BUYER
        if self.record.revision.classification.reach_of(actor.organisation.kind) == Reach.NO:
            return services.NOT_FOR_YOUR_KIND
        if may_trade(actor.organisation, today()):
            return _NOT_READY
        return _SELLER_NOT_READY if may_trade(seller, today()) else ""

    def _own(self, buyer: Organisation, seller: Organisation) -> object:
        """Why one does not buy what one earns from."""
        if buyer == seller:
            return _OWN_OFFER
        return services.CO_OWNER if is_owner(buyer, self.record) else ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The right comes first, then what was typed."""
        if not may(request.actor, "transactions.place_order", request.actor.organisation):
            raise PermissionDenied("order-new")
        return super().post(request, *args, **kwargs)

    def act(self, form: OrderForm) -> Order:
        """Place the order."""
        return services.request_order(listing_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


_NO_ORGANISATION = _(
    "Only organisations and persons verified by the exchange can order. Register as a participant first."
)
_OWN_OFFER = _("This is your own organisation's offer. An organisation cannot buy from itself.")
_NO_BUYER = _("You do not hold the role of buyer in this organisation. Ask its owner to give you the role.")
_NOT_READY = _("Your organisation must be verified and have accepted the service contract before it can order.")
_SELLER_NOT_READY = _("The seller cannot trade at the moment. Try again later.")
_NO_PRICE = _(
    "The VAT treatment of this offer is no longer in force. It can be ordered once the seller has renewed it."
)


class OrderStep(ActOn):
    """One step of an order by one of its sides; a page whose step is over leads back to the order."""

    lookup_field = "number"
    action = ""

    def get_queryset(self):
        """Orders the viewer may see; the rest is 404."""
        return Order.objects.visible_to(self.request.actor).select_related("buyer", "seller")

    def allowed(self) -> list[str]:
        """Actions open to the viewer now."""
        return policies.allowed_actions(self.request.actor, self.record)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page to whom it is meant for, while it makes sense."""
        if self.action in self.allowed():
            return super().get(request, *args, **kwargs)
        if not self.is_meant_for_viewer():
            raise PermissionDenied(self.action)
        messages.info(request, str(_("This step is over or not possible now. The page shows what can be done.")))
        return HttpResponseRedirect(self.record.get_absolute_url())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The right comes first, then the stage, then what was typed."""
        if not self.is_meant_for_viewer():
            raise PermissionDenied(self.action)
        if self.action not in self.allowed():
            return self.refused(self.get_form(), IllegalMove())
        return super().post(request, *args, **kwargs)

    def is_meant_for_viewer(self) -> bool:
        """Whether the viewer holds the right to this step, whatever the stage."""
        return policies.may_act(self.request.actor, self.record, self.action)

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The order in words."""
        return super().get_context_data(order=self.record, labels=labels(self.record), **extra)


def labels(order: Order) -> dict[str, str]:
    """What the buyer said, as words of the active language."""
    return {
        "purpose": label("purpose", order.purpose),
        "territory": label("territory", order.territory),
        "storage": label("territory", order.storage_place),
    }


class OrderAccept(OrderStep):
    """The seller reads who asks for what, and what it will receive, then accepts."""

    action = "accept"
    form_class = PortalForm
    template_name = "transactions/orders/accept.html"
    success_message = _("The order is accepted. The exchange now checks the legality of the trade.")

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The figures as they would be frozen today."""
        quote = services.figures_of(self.record)
        return super().get_context_data(quote=quote, own_part=own_part(self.record, quote.seller_share), **extra)

    def act(self, form: PortalForm) -> Order:
        """Accept."""
        return services.accept_order(order_id=self.record.pk, actor=self.request.actor)


class _Ending(OrderStep):
    form_class = ReasonForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Reasons of this action only."""
        return super().get_form_kwargs() | {"action": self.action}


class OrderDecline(_Ending):
    """The seller says no, with a reason."""

    action = "decline"
    template_name = "transactions/orders/decline.html"
    success_message = _("The order is declined. The buyer was told your reason.")

    def act(self, form: ReasonForm) -> Order:
        """Decline."""
        return services.decline_order(order_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class OrderWithdraw(_Ending):
    """The buyer takes the order back, with a reason."""

    action = "withdraw"
    template_name = "transactions/orders/withdraw.html"
    success_message = _("The order is withdrawn. The seller was told.")

    def act(self, form: ReasonForm) -> Order:
        """Withdraw."""
        return services.withdraw_order(order_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)
