"""Addresses of the room."""

from django.urls import path

from transactions.tracking import views

urlpatterns = [
    path("", views.OrderList.as_view(), name="order-list"),
    path("<str:number>/", views.OrderDetail.as_view(), name="order-detail"),
    path("<str:number>/receipts/<int:entry>/<str:kind>/", views.ReceiptDownload.as_view(), name="receipt-download"),
]
