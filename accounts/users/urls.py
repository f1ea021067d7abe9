"""Addresses of a person's own account."""

from django.urls import path

from accounts.users import views

urlpatterns = [path("", views.ProfileEdit.as_view(), name="profile")]
