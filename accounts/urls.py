"""Pages of the floor: organisation, members, verification."""

from django.urls import include, path

app_name = "accounts"
urlpatterns = [
    path("organisation/", include("accounts.membership.urls")),
    path("organisation/verification/", include("accounts.verification.urls")),
]
