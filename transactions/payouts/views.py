"""The page of earnings: an organisation's own part of each sale, and what was paid out to it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.generic import ListView

from accounts.access.policies import may
from transactions.payouts.earnings import bookings_of, earnings, payouts_to, shares_in, standing_of

PAYOUTS_SHOWN = 20


class Earnings(ListView):
    """For members who may read the orders of the organisation they act for."""

    template_name = "transactions/payouts/earnings.html"
    context_object_name = "journals"
    paginate_by = 20

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nobody reads earnings without acting for an organisation."""
        organisation = request.actor.organisation  # type: ignore[attr-defined]
        if organisation is None or not may(request.actor, "transactions.view_order", organisation):  # type: ignore[attr-defined]
            raise PermissionDenied
        self.organisation = organisation
        return super().dispatch(request, *args, **kwargs)  # type: ignore[return-value]

    def get_queryset(self) -> Any:
        """Bookings of the organisation acted for."""
        return bookings_of(self.organisation)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Sums, lines, payouts, shares."""
        context = super().get_context_data(**kwargs)
        return context | {
            "standing": standing_of(self.organisation),
            "earnings": earnings(list(context["page_obj"]), self.organisation),
            "payouts": payouts_to(self.organisation)[:PAYOUTS_SHOWN],
            "shares": shares_in(self.organisation),
        }
