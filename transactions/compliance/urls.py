"""Addresses of the room."""

from django.urls import path

from transactions.compliance import views

urlpatterns = [path("<str:number>/supplement/", views.OrderSupplement.as_view(), name="order-supplement")]
