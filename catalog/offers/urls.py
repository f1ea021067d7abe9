"""Addresses of the room."""

from django.urls import path

from catalog.offers import views

urlpatterns = [
    path("<slug:number>/6-organisations/", views.NamedOrganisations.as_view(), name="register-organisations"),
    path("<slug:number>/6-organisations/<int:pk>/end/", views.EndGrant.as_view(), name="register-organisation-end"),
    path("<slug:number>/6-owners/", views.Owners.as_view(), name="register-owners"),
    path("<slug:number>/6-owners/agreement/", views.Agreement.as_view(), name="register-agreement"),
    path("<slug:number>/offer/<slug:action>/", views.OfferAct.as_view(), name="register-offer"),
]
