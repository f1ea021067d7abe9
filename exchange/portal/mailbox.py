"""The mailbox of a demonstration: every mail the exchange sent, readable without sign-in."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from exchange.common import mailfiles


@method_decorator(login_not_required, name="dispatch")
class Mailbox(TemplateView):
    """The newest mails, of one address when asked for."""

    template_name = "portal/mailbox.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Mails and the address looked for."""
        to = self.request.GET.get("to", "").strip()
        return super().get_context_data(mails=mailfiles.mails(to=to), to=to, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class Mail(TemplateView):
    """One mail."""

    template_name = "portal/mail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The mail, or 404."""
        mail = mailfiles.read(self.kwargs["name"])
        if mail is None:
            raise Http404
        return super().get_context_data(mail=mail, **kwargs)
