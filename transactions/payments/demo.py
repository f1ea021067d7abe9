"""The demonstration's bank: sends the same signed webhook a bank would send. Served by demo settings only."""

import http.client
import json
import secrets
import time
import urllib.error
import urllib.request
from http import HTTPStatus

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from exchange.common.clock import now
from exchange.common.fields import DongField
from exchange.common.forms import PortalForm
from transactions.orders.models import Order
from transactions.orders.states import OrderState
from transactions.payments.models import IncomingTransfer
from transactions.payments.webhooks import signature

PAUSES = (0, 1, 2)  # seconds before each try: a bank repeats a report that was not answered


class TransferForm(PortalForm):
    """A transfer as a customer would fill it in at the bank."""

    amount = DongField(label=_("Amount"), min_value=1)
    memo = forms.CharField(label=_("Transfer text"), max_length=100, required=False)


def send_webhook(base: str, *, amount: int, memo: str, transaction_id: str = "") -> int:
    """Report a credit to the exchange with a Standard Webhooks signature; returns the HTTP status, 0 for no answer."""
    body = json.dumps(
        {
            "bank_transaction_id": transaction_id or f"DEMO-{secrets.token_hex(8)}",
            "amount": amount,
            "currency": "VND",
            "credit_account": settings.ESCROW_ACCOUNT["number"],
            "memo": memo,
            "value_time": now().isoformat(),
        }
    ).encode()
    message_id, timestamp = f"msg_{secrets.token_hex(8)}", str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(settings.BANK_WEBHOOK_SECRET, message_id, timestamp, body),
    }
    request = urllib.request.Request(  # noqa: S310 - loopback address of this very server
        f"{base}/payments/webhooks/bank/", data=body, headers=headers, method="POST"
    )
    status = 0
    for pause in PAUSES:
        time.sleep(pause)
        status = _answer(request)
        if 0 < status < HTTPStatus.INTERNAL_SERVER_ERROR:
            break
    return status


def _answer(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException):
        return 0


@method_decorator(login_not_required, name="dispatch")
class DemoBank(FormView):
    """Orders that wait for money, a form that pays, and the transfers already reported."""

    template_name = "transactions/payments/demo_bank.html"
    form_class = TransferForm

    def get_initial(self):
        """Figures of the order chosen in the list."""
        order = Order.objects.filter(
            number=self.request.GET.get("order", ""), state=OrderState.AWAITING_PAYMENT
        ).first()
        return {"amount": order.total, "memo": order.number} if order else {}

    def get_context_data(self, **kwargs):
        """Waiting orders and recent transfers."""
        return super().get_context_data(
            waiting=Order.objects.filter(state=OrderState.AWAITING_PAYMENT).order_by("pk")[:50],
            transfers=IncomingTransfer.objects.order_by("-pk")[:20],
            escrow=settings.ESCROW_ACCOUNT,
            **kwargs,
        )

    def form_valid(self, form):
        """Send the webhook and say what came back."""
        base = f"http://127.0.0.1:{self.request.META['SERVER_PORT']}"
        status = send_webhook(base, amount=form.cleaned_data["amount"], memo=form.cleaned_data["memo"])
        if status:
            words = _("The bank reported the transfer; the exchange answered %(status)s.") % {"status": status}
        else:
            words = _("The exchange gave no answer. If the transfer is not in the list, send it again.")
        messages.info(self.request, words)
        return redirect(reverse("transactions:demo-bank"))
