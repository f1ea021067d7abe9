"""Pages of the floor: catalogue, dataset page, registration."""

from django.urls import include, path

app_name = "catalog"
urlpatterns = [
    path("register/", include("catalog.registration.urls")),
    path("register/", include("catalog.datasets.urls")),
    path("", include("catalog.offers.urls")),
    path("", include("catalog.search.urls")),
]
