"""The mail of an invitation: the only message to somebody who may have no account yet."""

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.membership import tokens
from accounts.organisations.models import Invitation
from exchange.common.addresses import absolute


def invitation_mail(invitation: Invitation) -> EmailMessage:
    """The mail with the one-time link, in the language of the person who invites."""
    token = tokens.token_for(invitation.organisation_id, invitation.email, invitation.made_at)
    with override(invitation.invited_by.language):
        subject = _("Invitation to act for %(organisation)s") % {"organisation": invitation.organisation.name}
        text = render_to_string(
            "accounts/membership/invitation.txt",
            {"invitation": invitation, "address": absolute(reverse("accounts:invitation-accept", args=[token]))},
        )
    return EmailMessage(subject=" ".join(subject.split()), body=text, to=[invitation.email])
