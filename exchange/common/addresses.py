"""Addresses as mails and papers need them: with scheme and host."""

from urllib.parse import urljoin

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a page of this site; nothing for nothing."""
    return urljoin(settings.PUBLIC_ADDRESS, path) if path else ""
