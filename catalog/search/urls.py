"""Addresses of the room."""

from django.urls import path

from catalog.search import views

urlpatterns = [
    path("catalogue/", views.Catalogue.as_view(), name="catalogue"),
    path("datasets/<slug:number>/", views.DatasetDetail.as_view(), name="dataset-detail"),
    path("datasets/<slug:number>/dictionary.csv", views.DatasetDictionary.as_view(), name="dataset-dictionary"),
    path("datasets/<slug:number>/licence.json", views.DatasetLicence.as_view(), name="dataset-licence"),
    path("datasets/<slug:number>/download/", views.DatasetDownload.as_view(), name="dataset-download"),
]
