"""Addresses of the room."""

from django.urls import path

from transactions.terminations import views

urlpatterns = [
    path("<str:number>/end/", views.EndAsk.as_view(), name="end-ask"),
    path("<str:number>/end/answer/", views.EndAnswer.as_view(), name="end-answer"),
    path("<str:number>/end/withdraw/", views.EndWithdraw.as_view(), name="end-withdraw"),
]
