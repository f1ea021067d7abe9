"""The bank's door: signed reports of credits on the escrow account."""

import json

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access.actor import Actor
from exchange.common.canonical import sha256_hex
from exchange.common.clock import now
from transactions.payments.models import TransferState
from transactions.payments.services import BankCredit, receive_transfer
from transactions.payments.webhooks import is_signed

MAX_BODY = 64 * 1024


class WholeDong(serializers.IntegerField):
    """A JSON number without fraction; text and booleans are refused."""

    def to_internal_value(self, data: object) -> int:
        """The whole number."""
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class CreditInput(serializers.Serializer):
    """One credit: amount in whole dong, value_time with its offset."""

    bank_transaction_id = serializers.CharField(max_length=80)
    amount = WholeDong(min_value=1, max_value=10**15)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", trim_whitespace=False)
    credit_account = serializers.CharField(max_length=30)
    memo = serializers.CharField(max_length=300, allow_blank=True, trim_whitespace=False)
    value_time = serializers.DateTimeField()


class CreditOutput(serializers.Serializer):
    """What became of the report."""

    status = serializers.ChoiceField(choices=["matched", "queued"])
    duplicate = serializers.BooleanField()


@method_decorator(login_not_required, name="dispatch")
class BankWebhook(APIView):
    """200 also for duplicates and mismatches, 401 for a bad signature or age, 422 for a bad shape."""

    authentication_classes: list = []
    permission_classes = [AllowAny]
    parser_classes: list = []

    def post(self, request: Request) -> Response:
        """Take one signed report."""
        body = request._request.body if _length(request) <= MAX_BODY else b""
        headers = {name.lower(): value for name, value in request.headers.items()}
        moment = int(now().timestamp())
        if not is_signed(
            settings.BANK_WEBHOOK_SECRET,
            headers,
            body,
            now=moment,
            tolerance=settings.BANK_WEBHOOK_TOLERANCE_SECONDS,
        ):
            return Response({"code": "bad_signature", "detail": "Signature or timestamp is not valid."}, status=401)
        return _take(body)


def _length(request: Request) -> int:
    text = request.headers.get("Content-Length") or "0"
    return int(text) if text.isdigit() else MAX_BODY + 1


def _take(body: bytes) -> Response:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return Response({"code": "bad_json", "detail": "The body is not JSON."}, status=422)
    form = CreditInput(data=given)
    if not isinstance(given, dict) or not form.is_valid():
        return Response({"code": "bad_shape", "detail": form.errors if isinstance(given, dict) else {}}, status=422)
    credit = BankCredit(body_digest=sha256_hex(body), **form.validated_data)
    transfer, is_new = receive_transfer(credit, actor=Actor.system("bank"))
    status = "matched" if transfer.state == TransferState.MATCHED else "queued"
    return Response(CreditOutput({"status": status, "duplicate": not is_new}).data)
