"""All addresses, with those a demonstration adds: its mailbox and its bank."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from exchange.portal import mailbox
from exchange.portal.urls import urlpatterns as portal
from exchange.urls import handler400, handler403, handler404, handler429, handler500  # noqa: F401
from exchange.urls import urlpatterns as everyday
from transactions.payments.demo import DemoBank
from transactions.urls import urlpatterns as deals

portal_of_demo = [
    *portal,
    path("demo/mail/", mailbox.Mailbox.as_view(), name="demo-mail"),
    path("demo/mail/<str:name>/", mailbox.Mail.as_view(), name="demo-mail-message"),
]
deals_of_demo = [*deals, path("demo/bank/", DemoBank.as_view(), name="demo-bank")]
urlpatterns = [
    *i18n_patterns(
        path("", include((portal_of_demo, "portal"))),
        path("", include((deals_of_demo, "transactions"))),
        prefix_default_language=False,
    ),
    *everyday,
]
