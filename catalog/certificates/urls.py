"""Addresses of the room."""

from django.urls import path

from catalog.certificates import views

urlpatterns = [
    path("<slug:number>/", views.Certificate.as_view(), name="certificate"),
    path("<slug:number>/content-hash.json", views.HashedContent.as_view(), name="certificate-content"),
    path("<slug:number>/offer-hash.json", views.HashedOffer.as_view(), name="certificate-offer"),
    path("<slug:number>/opening.json", views.Opening.as_view(), name="certificate-opening"),
]
