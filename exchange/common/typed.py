"""What a person typed and could not send: kept so that it can be sent again, passwords and files apart."""

from typing import Any

from django.http import HttpRequest

NEVER_KEPT = ("password", "csrfmiddlewaretoken")
LONGEST = 200_000  # characters; longer posts are told to go back with the browser


def fields(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Posted pairs of name and value; nothing when they are too long to be kept."""
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name.lower() for word in NEVER_KEPT)
        for value in values
    ]
    return pairs if sum(len(value) for _, value in pairs) <= LONGEST else None


def form(url: str, pairs: list[Any]) -> dict[str, Any]:
    """Names of the template components/_resend.html."""
    return {"url": url, "fields": [tuple(pair) for pair in pairs]}
