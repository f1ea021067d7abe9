"""All addresses, with those a demonstration adds."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from exchange.portal import mailbox, views
from exchange.urls import urlpatterns as everyday

portal = [
    path("", views.Home.as_view(), name="home"),
    path("demo/mail/", mailbox.Mailbox.as_view(), name="demo-mail"),
    path("demo/mail/<str:name>/", mailbox.Mail.as_view(), name="demo-mail-message"),
]
urlpatterns = [
    *i18n_patterns(path("", include((portal, "portal"))), prefix_default_language=False),
    *everyday,
]
