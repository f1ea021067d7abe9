"""Use cases of a person's own account."""

from django.db import transaction

from accounts.users.models import User


@transaction.atomic
def save_profile(*, full_name: str, language: str, actor: User) -> User:
    """A person's own name and language; mails and pages after sign-in follow the language."""
    person = User.objects.select_for_update().get(pk=actor.pk)
    person.full_name = full_name
    person.language = language
    person.save(update_fields=["full_name", "language"])
    return person
