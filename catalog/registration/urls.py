"""Addresses of the room."""

from django.urls import path

from catalog.registration import closing_views, views

urlpatterns = [
    path("", views.AssetList.as_view(), name="register"),
    path("start/", views.AssetStart.as_view(), name="register-start"),
    path("<slug:number>/", views.AssetDetail.as_view(), name="register-detail"),
    path("<slug:number>/7/", views.CheckAndSend.as_view(), name="register-check"),
    path("<slug:number>/new-revision/", closing_views.NewRevision.as_view(), name="register-new-revision"),
    path("<slug:number>/retire/", closing_views.Retire.as_view(), name="register-retire"),
    path("<slug:number>/withdraw/", closing_views.Withdraw.as_view(), name="register-withdraw"),
    path("<slug:number>/delete/", closing_views.Discard.as_view(), name="register-discard"),
    path("<slug:number>/<slug:step>/", views.StepPage.as_view(), name="register-step"),
]
