"""Addresses of the home page and pages about the site."""

from django.urls import path

from exchange.portal import views

app_name = "portal"
urlpatterns = [path("", views.Home.as_view(), name="home")]
