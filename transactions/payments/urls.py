"""Addresses of the room."""

from django.urls import path

from transactions.payments import views

urlpatterns = [path("<str:number>/payment/", views.PaymentDetail.as_view(), name="payment-detail")]
