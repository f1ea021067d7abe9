"""Addresses of the room."""

from django.urls import path

from transactions.orders import views

urlpatterns = [
    path("datasets/<str:number>/order/", views.OrderNew.as_view(), name="order-new"),
    path("orders/<str:number>/accept/", views.OrderAccept.as_view(), name="order-accept"),
    path("orders/<str:number>/decline/", views.OrderDecline.as_view(), name="order-decline"),
    path("orders/<str:number>/withdraw/", views.OrderWithdraw.as_view(), name="order-withdraw"),
]
