"""Addresses of an organisation's people."""

from django.urls import path

from accounts.membership import views

urlpatterns = [
    path("new/", views.OrganisationStart.as_view(), name="organisation-new"),
    path("new/<str:kind>/", views.OrganisationCreate.as_view(), name="organisation-create"),
    path("act-for/", views.act_for, name="act-for"),
    path("join/<str:token>/", views.InvitationAccept.as_view(), name="invitation-accept"),
    path("leave/", views.MembershipLeave.as_view(), name="membership-leave"),
    path("members/", views.MemberList.as_view(), name="member-list"),
    path("members/invite/", views.MemberInvite.as_view(), name="member-invite"),
    path("members/<int:pk>/roles/", views.MemberRoles.as_view(), name="member-roles"),
    path("members/<int:pk>/end/", views.MemberEnd.as_view(), name="member-end"),
    path("invitations/<int:pk>/withdraw/", views.InvitationWithdraw.as_view(), name="invitation-withdraw"),
]
