"""Addresses of the room."""

urlpatterns: list = []
