"""Addresses of the room."""

from django.urls import path

from exchange.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.Inbox.as_view(), name="inbox"),
    path("read/", views.InboxRead.as_view(), name="inbox-read"),
    path("<int:pk>/open/", views.MessageOpen.as_view(), name="message-open"),
]
