"""Addresses of the room."""

from django.urls import path

from catalog.assets import views

urlpatterns = [
    path("<slug:number>/3-papers/", views.Papers.as_view(), name="register-papers"),
    path("<slug:number>/papers/<int:pk>/", views.Paper.as_view(), name="register-paper"),
    path("<slug:number>/papers/<int:pk>/remove/", views.PaperRemove.as_view(), name="register-paper-remove"),
]
