"""Addresses of the room."""

from django.urls import path

from catalog.offers import views

urlpatterns = [
    path("<slug:number>/6-organisations/", views.NamedOrganisations.as_view(), name="register-organisations"),
    path("<slug:number>/6-organisations/<int:pk>/end/", views.EndGrant.as_view(), name="register-organisation-end"),
    path("<slug:number>/offer/<slug:action>/", views.OfferAct.as_view(), name="register-offer"),
]
