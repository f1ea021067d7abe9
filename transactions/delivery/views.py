"""Doors of the buyer: download, confirm."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from accounts.access.policies import may
from exchange.common.errors import DomainError
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn
from exchange.files.ranges import ranged_response
from transactions.delivery import services
from transactions.delivery.models import DownloadLink, Entitlement
from transactions.delivery.policies import can_confirm
from transactions.orders.models import Order


class BuyerAction(ActOn):
    """A form of the buyer about one order, shown while the service would accept it."""

    lookup_field = "number"

    def get_queryset(self):
        """Orders of the side acted for; strangers get 404."""
        return Order.objects.visible_to(self.request.actor).select_related("listing__revision", "buyer", "seller")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form for a buyer who can act now; other members get 403, a step that is over leads back."""
        if not may(request.actor, "transactions.receive_data", self.record.buyer):
            raise PermissionDenied("receive_data")
        if can_confirm(request.actor, self.record):
            return super().get(request, *args, **kwargs)
        messages.info(request, str(_("This step is over or not possible now. The page shows what can be done.")))
        return redirect("transactions:order-detail", self.record.number)

    def get_success_url(self, result):
        """Back to the order page."""
        return reverse("transactions:order-detail", args=[self.record.number])


class ReceiptConfirm(BuyerAction):
    """The buyer confirms that the data is what was bought."""

    form_class = PortalForm
    template_name = "transactions/delivery/confirm.html"
    success_message = _("You have confirmed the data. The money is now due to the seller.")

    def act(self, form):
        """Complete the order and share out the escrow."""
        services.confirm_receipt(order_id=self.record.pk, actor=self.request.actor)


def _order_of(request: HttpRequest, number: str) -> Order:
    return get_object_or_404(Order.objects.visible_to(request.actor).select_related("buyer"), number=number)


class DownloadStart(View):
    """POST makes a short link and leads to it; a refusal leads back to the order page with its sentence."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, number: str) -> HttpResponseBase:
        """Make the link for this session."""
        order = _order_of(request, number)
        if not Entitlement.objects.filter(order=order).exists() and may(
            request.actor, "transactions.receive_data", order.buyer
        ):
            messages.error(request, _("The data is not open yet."))
            return redirect("transactions:order-detail", number)
        if not request.session.session_key:
            request.session.save()
        try:
            token = services.make_link(
                order_id=order.pk, session_key=request.session.session_key or "", actor=request.actor
            )
        except Entitlement.DoesNotExist:
            raise Http404 from None
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("transactions:order-detail", number)
        return redirect("transactions:download", number, token)


class Download(View):
    """The bytes, in ranges, as long as the link lives (RFC 9110 section 14)."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, number: str, token: str) -> HttpResponseBase:
        """Send the checked file; any link that is not valid here is 404."""
        order = _order_of(request, number)
        try:
            entitlement = services.use_link(
                order_id=order.pk, token=token, session_key=request.session.session_key or "", actor=request.actor
            )
        except DownloadLink.DoesNotExist:
            raise Http404 from None
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("transactions:order-detail", number)
        return ranged_response(request, entitlement.file.stored, entitlement.file.original_name)
