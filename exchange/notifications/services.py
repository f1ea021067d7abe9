"""Messages to people: an inbox row in the caller's transaction, and a mail by a job after it."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import override

from exchange.common.addresses import absolute
from exchange.common.clock import now
from exchange.jobs.services import enqueue_each
from exchange.notifications.kinds import KINDS
from exchange.notifications.models import Message
from exchange.notifications.wording import word
from exchange.rules.findings import plain

log = structlog.get_logger(__name__)


@transaction.atomic(savepoint=False)
def notify(
    kind: str, *, users: Iterable[AbstractBaseUser], context: Mapping[str, Any], subject_url: str = ""
) -> list[Message]:
    """Put a message into the inbox of each person, once each, and queue its mail."""
    if kind not in KINDS:
        raise LookupError(f"No kind of message is called {kind}: add it to exchange.notifications.kinds.")
    people = {user.pk: user for user in users if user.is_active}
    kept = plain(context)
    messages = Message.objects.bulk_create(
        Message(recipient=people[key], kind=kind, context=kept, url=str(subject_url)) for key in sorted(people)
    )
    enqueue_each("exchange.notifications.send_mail", each=[{"message_id": message.pk} for message in messages])
    return messages


@transaction.atomic
def send_mail(*, message_id: int) -> bool:
    """Mail a message in the language of its reader; a second run finds it mailed and does nothing."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("recipient")
        .filter(pk=message_id, mailed_at__isnull=True)
        .first()
    )
    if message is None:
        return False
    message.mailed_at = now()
    message.save(update_fields=["mailed_at"])
    if message.recipient.is_active:
        _mail(message)
    return True


def _mail(message: Message) -> None:
    with override(message.recipient.language):
        wording = word(message.kind, message.context, message.url)
        text = render_to_string(
            KINDS[message.kind].template,
            {"wording": wording, "address": absolute(wording.url), "words": message.context},
        )
        mail = EmailMessage(subject=wording.subject, body=text, to=[message.recipient.email])
        for name, content in _papers(message).items():
            mail.attach(name, content, "application/json" if name.endswith(".json") else "text/plain")
        mail.send()
    log.info("message_mailed", message=message.pk, kind=message.kind)


def _papers(message: Message) -> dict[str, str]:
    name = KINDS[message.kind].papers
    return import_string(name)(message.context) if name else {}


@transaction.atomic
def mark_read(*, message_id: int, reader: AbstractBaseUser) -> Message:
    """The reader has read a message of theirs."""
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id, recipient=reader)
    if message.read_at is None:
        message.read_at = now()
        message.save(update_fields=["read_at"])
    return message


@transaction.atomic
def mark_all_read(*, reader: AbstractBaseUser) -> int:
    """Everything in the reader's inbox counts as read; returns how many were unread."""
    return Message.objects.unread(reader).update(read_at=now())
