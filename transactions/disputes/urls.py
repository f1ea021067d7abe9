"""Addresses of the room."""

from django.urls import path

from transactions.disputes import views

urlpatterns = [
    path("orders/<str:number>/dispute/", views.DisputeOpen.as_view(), name="dispute-open"),
    path("disputes/<str:number>/", views.DisputeDetail.as_view(), name="dispute-detail"),
    path("disputes/<str:number>/answer/", views.DisputeAnswer.as_view(), name="dispute-answer"),
    path("disputes/<str:number>/add/", views.DisputeAdd.as_view(), name="dispute-add"),
    path("disputes/<str:number>/consent/", views.DisputeConsent.as_view(), name="dispute-consent"),
    path("disputes/<str:number>/appeal/", views.DisputeAppeal.as_view(), name="dispute-appeal"),
    path("disputes/<str:number>/withdraw/", views.DisputeWithdraw.as_view(), name="dispute-withdraw"),
    path("disputes/<str:number>/pack/", views.DisputePack.as_view(), name="dispute-pack"),
    path("disputes/<str:number>/papers/<int:pk>/", views.PaperOpen.as_view(), name="dispute-paper"),
]
