"""The inbox."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.generic import ListView

from exchange.notifications import selectors, services
from exchange.notifications.models import Message


class Inbox(ListView):
    """Messages of the signed-in person, newest first."""

    template_name = "notifications/inbox.html"
    context_object_name = "inbox"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[Message]:
        """Only one's own."""
        return selectors.inbox(self.request.user)


class MessageOpen(View):
    """Mark a message as read and go where it leads."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """To the record the message is about, or back to the inbox."""
        message = get_object_or_404(selectors.inbox(request.user), pk=pk)
        services.mark_read(message_id=message.pk, reader=request.user)
        target = message.wording.url
        if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
            return HttpResponseRedirect(target)
        return redirect("notifications:inbox")


class InboxRead(View):
    """Mark everything as read."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Back to the inbox."""
        number = services.mark_all_read(reader=request.user)
        if number:
            text = ngettext("%(number)s message is marked as read.", "%(number)s messages are marked as read.", number)
            messages.success(request, text % {"number": number})
        else:
            messages.info(request, _("There was nothing unread."))
        return redirect("notifications:inbox")
