"""Pages of an organisation's people."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView, TemplateView

from accounts.access.acting import acted_for
from accounts.access.middleware import SESSION_KEY
from accounts.membership import policies, selectors, services
from accounts.membership.forms import DetailsForm, InvitationForm, RolesForm
from accounts.organisations.models import (
    Invitation,
    MemberRole,
    Membership,
    Organisation,
    OrganisationKind,
    ParticipantState,
)
from exchange.common.forms import PortalForm
from exchange.common.views import ActOn

KIND_HINTS = {
    OrganisationKind.AGENCY: _("Ministries, ministerial agencies and their bodies."),
    OrganisationKind.PROVINCE: _("People's committees and their departments, in provinces, communes and wards."),
    OrganisationKind.ENTERPRISE: _("Companies, State-owned enterprises, cooperatives, branches."),
    OrganisationKind.INSTITUTE: _("Research institutes, universities, schools, hospitals."),
    OrganisationKind.ASSOCIATION: _("Associations, federations, foundations."),
    OrganisationKind.PERSON: _("You take part in your own name, as seller or buyer."),
}


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose the organisation one acts for; the session gets a new key because rights change."""
    chosen = request.POST.get("organisation", "")
    mine = Organisation.objects.of_member(request.user)
    organisation = get_object_or_404(mine, pk=chosen if chosen.isdigit() else None)
    request.session[SESSION_KEY] = organisation.pk
    request.session.cycle_key()
    onward = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure()):
        onward = reverse("accounts:organisation")
    return HttpResponseRedirect(onward)


class OrganisationStart(TemplateView):
    """Who takes part: the first question."""

    template_name = "accounts/membership/start.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The kinds with their explanations."""
        kinds = [(kind, label, KIND_HINTS[OrganisationKind(kind)]) for kind, label in OrganisationKind.choices]
        return super().get_context_data(kinds=kinds, **kwargs)


class OrganisationCreate(ActOn):
    """A participant of one kind, in at most eight questions."""

    form_class = DetailsForm
    template_name = "accounts/membership/create.html"
    success_message = _("Saved. Go on with the list below; you can stop at any time and come back.")

    def get_form(self) -> DetailsForm:
        """The questions of the kind in the address."""
        if self.kwargs["kind"] not in OrganisationKind.values:
            raise Http404
        return DetailsForm(kind=self.kwargs["kind"], **self.get_form_kwargs())

    def get_initial(self) -> dict[str, Any]:
        """A natural person's own name is known already."""
        is_person = self.kwargs["kind"] == OrganisationKind.PERSON
        return {"name_vi": self.request.user.full_name} if is_person else {}

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The kind in words."""
        return super().get_context_data(kind=OrganisationKind(self.kwargs["kind"]).label, **extra)

    def act(self, form: DetailsForm) -> Organisation:
        """Found it, and act for it from now on."""
        organisation = services.create_organisation(
            kind=self.kwargs["kind"], details=form.cleaned_data, actor=self.request.actor
        )
        self.request.session[SESSION_KEY] = organisation.pk
        self.request.session.cycle_key()
        return organisation


class MemberList(ListView):
    """Members with their roles, and invitations that wait."""

    template_name = "accounts/membership/members.html"
    context_object_name = "members"

    def get_queryset(self) -> QuerySet[Membership]:
        """Members of the organisation acted for."""
        return selectors.members_of(acted_for(self.request, "accounts.view_organisation"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Role labels beside each member; invitations for owners."""
        context = super().get_context_data(**kwargs)
        actor = self.request.actor
        organisation = actor.organisation
        manages = policies.can_manage(actor, organisation)
        return context | {
            "organisation": organisation,
            "rows": [(member, _labels(member.roles)) for member in context["members"]],
            "manages": manages,
            "may_invite": policies.can_invite(actor, organisation),
            "is_closed": organisation.state == ParticipantState.CLOSED,
            "may_leave": not any(selectors.is_last_owner(row) for row in context["members"] if row.user == actor.user),
            "invitations": [(row, _labels(row.roles)) for row in selectors.open_invitations(organisation)]
            if manages
            else [],
        }


class MemberInvite(ActOn):
    """Invite somebody by mail."""

    form_class = InvitationForm
    template_name = "accounts/membership/invite.html"
    success_message = _("The invitation is on its way. Its link works once and for seven days.")

    def get_record(self) -> Organisation:
        """The organisation acted for."""
        return acted_for(self.request, "accounts.manage_members")

    def act(self, form: InvitationForm) -> Invitation:
        """Send it."""
        return services.invite_member(organisation_id=self.record.pk, actor=self.request.actor, **form.cleaned_data)


class MemberRoles(ActOn):
    """Name a member's roles."""

    form_class = RolesForm
    template_name = "accounts/membership/roles.html"
    success_message = _("The roles are changed.")

    def get_queryset(self) -> QuerySet[Membership]:
        """Members of the organisation acted for."""
        return selectors.members_of(acted_for(self.request, "accounts.manage_members"))

    def get_initial(self) -> dict[str, Any]:
        """The roles held now."""
        return {"roles": self.record.roles}

    def act(self, form: RolesForm) -> Membership:
        """Change them."""
        return services.change_roles(
            membership_id=self.record.pk, roles=form.cleaned_data["roles"], actor=self.request.actor
        )


class MemberEnd(ActOn):
    """End somebody's membership, after a page that says what it means."""

    template_name = "accounts/membership/end.html"
    success_message = _("The membership has ended.")

    def get_queryset(self) -> QuerySet[Membership]:
        """Members of the organisation acted for."""
        return selectors.members_of(acted_for(self.request, "accounts.manage_members"))

    def act(self, form: PortalForm) -> Membership:
        """End it."""
        return services.end_membership(membership_id=self.record.pk, actor=self.request.actor)


class MembershipLeave(ActOn):
    """Leave the organisation acted for."""

    template_name = "accounts/membership/leave.html"
    success_message = _("You have left the organisation.")

    def get_record(self) -> Organisation:
        """The organisation acted for."""
        return acted_for(self.request, "accounts.leave_organisation")

    def act(self, form: PortalForm) -> Organisation:
        """Leave, and act for nobody in particular."""
        services.leave_organisation(organisation_id=self.record.pk, actor=self.request.actor)
        self.request.session.pop(SESSION_KEY, None)
        self.request.session.cycle_key()
        return self.record


class InvitationWithdraw(ActOn):
    """Withdraw an open invitation."""

    template_name = "accounts/membership/withdraw.html"
    success_message = _("The invitation is withdrawn; its link no longer works.")

    def get_queryset(self) -> QuerySet[Invitation]:
        """Invitations of the organisation acted for."""
        return Invitation.objects.filter(organisation=acted_for(self.request, "accounts.manage_members"))

    def act(self, form: PortalForm) -> Invitation:
        """Withdraw it."""
        return services.withdraw_invitation(invitation_id=self.record.pk, actor=self.request.actor)


class InvitationAccept(ActOn):
    """The page behind the link of an invitation."""

    template_name = "accounts/membership/accept.html"
    success_message = _("Welcome. You act for this organisation now.")

    def get_record(self) -> Invitation:
        """The invitation of the link; a wrong link leads nowhere."""
        invitation = selectors.invitation_of(self.kwargs["token"])
        if invitation is None:
            raise Http404
        return invitation

    def get_context_data(self, **extra: Any) -> dict[str, Any]:
        """The roles in words."""
        return super().get_context_data(roles=_labels(self.record.roles), **extra)

    def act(self, form: PortalForm) -> Membership:
        """Join, and act for the organisation from now on."""
        member = services.accept_invitation(token=self.kwargs["token"], actor=self.request.actor)
        self.request.session[SESSION_KEY] = member.organisation_id
        self.request.session.cycle_key()
        return member

    def get_success_url(self, result: Membership) -> str:
        """The organisation joined."""
        return reverse("accounts:organisation")


def _labels(roles: list[str]) -> list[str]:
    """Roles in words, without their explanations."""
    return [str(MemberRole(role).label) for role in roles]
