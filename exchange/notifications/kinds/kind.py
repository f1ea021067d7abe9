"""What a kind of message consists of."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise
REASON = _("Reason: %(text)s")
ASKED = _("What is asked: %(text)s")


@dataclass(frozen=True)
class Kind:
    """A kind of message: its subject, its sentences, and the template of its mail.

    No personal data stands in a subject. A sentence whose words are missing from the context is left out.
    """

    subject: Message
    sentences: tuple[Message, ...]
    template: str = "notifications/message.txt"
    papers: str = ""  # dotted name of a function: context -> {file name: text}, attached to the mail
