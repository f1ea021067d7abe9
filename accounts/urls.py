"""Pages of the floor: a person's account, an organisation, its members, its admission."""

from django.urls import include, path

app_name = "accounts"
urlpatterns = [
    path("profile/", include("accounts.users.urls")),
    path("organisation/", include("accounts.verification.urls")),
    path("organisation/", include("accounts.membership.urls")),
]
