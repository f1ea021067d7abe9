"""Addresses of the interface for programs, version 1."""

from django.urls import include, path

app_name = "api"
urlpatterns = [path("", include("catalog.search.api_urls"))]
