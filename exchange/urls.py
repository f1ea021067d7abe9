"""All addresses: pages in both languages, machine addresses once."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from exchange.portal import health
from transactions.payments.api import BankWebhook

handler400 = "exchange.portal.errors.bad_request"
handler403 = "exchange.portal.errors.permission_denied"
handler404 = "exchange.portal.errors.page_not_found"
handler429 = "exchange.portal.errors.too_many_requests"
handler500 = "exchange.portal.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("transparency/log/", include("exchange.transparency.file_urls")),
    path("api/v1/", include("exchange.api.urls")),
    path("payments/webhooks/bank/", BankWebhook.as_view(), name="bank-webhook"),
]
urlpatterns += i18n_patterns(
    path("", include("exchange.portal.urls")),
    path("", include("accounts.urls")),
    path("", include("catalog.urls")),
    path("", include("transactions.urls")),
    path("", include("exchange.transparency.urls")),
    path("inbox/", include("exchange.notifications.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    prefix_default_language=False,
)
