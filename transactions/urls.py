"""Pages of the floor: orders and their steps."""

from django.conf import settings
from django.urls import include, path

app_name = "transactions"
urlpatterns = [
    path("", include("transactions.orders.urls")),
    path("orders/", include("transactions.compliance.urls")),
    path("orders/", include("transactions.contracts.urls")),
    path("orders/", include("transactions.payments.urls")),
    path("orders/", include("transactions.delivery.urls")),
    path("orders/", include("transactions.terminations.urls")),
    path("", include("transactions.payouts.urls")),
    path("", include("transactions.disputes.urls")),
    path("orders/", include("transactions.tracking.urls")),
]
if settings.DEMO:
    from transactions.payments.demo import DemoBank

    urlpatterns += [path("demo/bank/", DemoBank.as_view(), name="demo-bank")]
