"""Addresses of a participant's file and its admission."""

from django.urls import path

from accounts.verification import views

urlpatterns = [
    path("", views.Overview.as_view(), name="organisation"),
    path("details/<str:section>/", views.DetailsEdit.as_view(), name="details-edit"),
    path("contract/", views.ServiceContractAccept.as_view(), name="service-contract"),
    path("verification/", views.CaseDetail.as_view(), name="verification"),
    path("verification/open/", views.CaseOpen.as_view(), name="case-open"),
    path("verification/send/", views.CaseSubmit.as_view(), name="case-submit"),
    path("verification/papers/add/", views.EvidenceAdd.as_view(), name="evidence-add"),
    path("verification/papers/<int:pk>/", views.EvidenceFile.as_view(), name="evidence-file"),
    path("verification/papers/<int:pk>/remove/", views.EvidenceRemove.as_view(), name="evidence-remove"),
]
