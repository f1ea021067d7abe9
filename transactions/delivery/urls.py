"""Addresses of the room."""

from django.urls import path

from transactions.delivery import views

urlpatterns = [
    path("<str:number>/download/", views.DownloadStart.as_view(), name="download-start"),
    path("<str:number>/download/<str:token>/", views.Download.as_view(), name="download"),
    path("<str:number>/confirm/", views.ReceiptConfirm.as_view(), name="receipt-confirm"),
]
