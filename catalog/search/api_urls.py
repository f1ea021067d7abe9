"""Addresses of the catalogue for programs."""

from django.urls import path

from catalog.search import api

urlpatterns = [
    path("datasets/", api.DatasetList.as_view(), name="dataset-list"),
    path("datasets/<slug:number>/", api.DatasetItem.as_view(), name="dataset-item"),
]
