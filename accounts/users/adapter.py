"""Binding to django-allauth: open sign-up, mails and first page in the person's own language."""

import contextlib
import secrets
from smtplib import SMTPException
from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from accounts.users.models import User
from exchange.common.errors import DomainError

log = structlog.get_logger(__name__)


class MailUnavailable(DomainError):
    """The mail server does not take the mail somebody waits for; nothing that was done is lost."""

    def __init__(self) -> None:
        sentence = _("The mail cannot be sent at the moment. Wait a few minutes and ask for it again by signing in.")
        super().__init__(sentence, code="mail_unavailable")


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up is open to everyone; what an account may do depends on verification."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Anybody may have an account; it can read, and found or join a participant."""
        return True

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new account keeps the language it was made in."""
        user.language = get_language() or user.language
        return super().save_user(request, user, form, commit)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page after signing in, in the person's language; who belongs to nobody yet sees what is next."""
        is_new = not (request.user.is_staff or request.user.memberships.filter(ended_at__isnull=True).exists())
        url = reverse("accounts:organisation") if is_new else super().get_login_redirect_url(request)
        return translate_url(url, request.user.language)

    def send_account_already_exists_mail(self, email: str) -> None:
        """As much work as a new account asks for: the time of the answer gives nobody away either."""
        User().set_password(secrets.token_urlsafe())
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mails are written in the language of the person they go to."""
        user = context.get("user")
        with override(user.language if isinstance(user, User) else get_language()):
            try:
                super().send_mail(template_prefix, email, context)
            except (SMTPException, OSError) as error:
                log.error("account_mail_failed", template=template_prefix, reason=type(error).__name__)
                raise MailUnavailable from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """News of a change already made; the change stands when the mail cannot be sent."""
        with contextlib.suppress(MailUnavailable):
            super().send_notification_mail(*args, **kwargs)
