"""Addresses of the room."""

from django.urls import path

from transactions.contracts import views

urlpatterns = [path("<str:number>/contract/", views.ContractDetail.as_view(), name="contract-detail")]
