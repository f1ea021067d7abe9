"""Addresses of the room."""

from django.urls import path

from transactions.payouts import views

urlpatterns = [path("earnings/", views.Earnings.as_view(), name="earnings")]
