"""Reading of inboxes."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import QuerySet

from exchange.notifications.models import Message


def inbox(reader: AbstractBaseUser) -> QuerySet[Message]:
    """Messages of a person, newest first."""
    return Message.objects.filter(recipient=reader)


def unread_count(reader: AbstractBaseUser) -> int:
    """How many messages a person has not read."""
    return Message.objects.unread(reader).count()
