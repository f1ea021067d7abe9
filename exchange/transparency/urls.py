"""Pages of the log, in both languages."""

from django.urls import path

from exchange.transparency import views

app_name = "transparency"
urlpatterns = [
    path("transparency/", views.Home.as_view(), name="home"),
    path("transparency/verify/", views.Verify.as_view(), name="verify"),
]
