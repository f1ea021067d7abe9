"""Payment page of an order."""

from django.http import Http404
from django.views.generic import DetailView

from accounts.access.policies import may
from transactions.orders.models import Order
from transactions.orders.states import OrderState
from transactions.payments.selectors import instruction


class PaymentDetail(DetailView):
    """VietQR code and transfer text; only the buyer's side sees it."""

    template_name = "transactions/payments/payment.html"
    slug_field = slug_url_kwarg = "number"
    context_object_name = "order"

    def get_queryset(self):
        """Orders of the side acted for."""
        return Order.objects.visible_to(self.request.actor).select_related("listing", "buyer", "seller")

    def get_object(self, queryset=None):
        """The order, while it waits for payment or after, for those who may pay."""
        order = super().get_object(queryset)
        if order.is_free or not order.total or not may(self.request.actor, "transactions.pay_order", order.buyer):
            raise Http404
        return order

    def get_context_data(self, **kwargs):
        """Instruction while the order waits."""
        waiting = self.object.state == OrderState.AWAITING_PAYMENT
        return super().get_context_data(
            waiting=waiting, instruction=instruction(self.object) if waiting else None, **kwargs
        )
