"""Pages of the floor: catalogue, dataset page, registration."""

from django.urls import include, path

app_name = "catalog"
urlpatterns = [
    path("register/", include("catalog.datasets.urls")),
    path("register/", include("catalog.assets.urls")),
    path("register/", include("catalog.offers.urls")),
    path("register/", include("catalog.registration.urls")),
    path("certificates/", include("catalog.certificates.urls")),
    path("", include("catalog.search.urls")),
]
