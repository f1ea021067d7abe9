"""Addresses of the home page and pages about the site."""

from django.conf import settings
from django.urls import path

from exchange.portal import mailbox, views

app_name = "portal"
urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("unsent/", views.Unsent.as_view(), name="unsent"),
]
if settings.DEMO:
    urlpatterns += [
        path("demo/mail/", mailbox.Mailbox.as_view(), name="demo-mail"),
        path("demo/mail/<str:name>/", mailbox.Mail.as_view(), name="demo-mail-message"),
    ]
