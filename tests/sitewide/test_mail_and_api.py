"""What reaches people outside the pages: every mail and every refusal of the API, in one language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from rest_framework import exceptions

from catalog.search.api import PageInput
from exchange.common.api import exception_handler
from exchange.notifications.kinds import KINDS
from exchange.notifications.wording import PLACE, word
from tests.sitewide.languages import foreign
from tests.sitewide.reading import Said
from transactions.payments.api import CreditInput

NAMES = (
    "Accept",
    "YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z]",
)  # a line of a request, and how a moment is written: the same in any language
ACCOUNT_MAILS = sorted(path.name for path in (Path(settings.BASE_DIR) / "templates/account/email").glob("*.txt"))
REFUSALS: dict[type[exceptions.APIException], dict[str, Any]] = {
    exceptions.ParseError: {},
    exceptions.AuthenticationFailed: {},
    exceptions.NotAuthenticated: {},
    exceptions.PermissionDenied: {},
    exceptions.NotFound: {},
    exceptions.MethodNotAllowed: {"method": "7"},
    exceptions.NotAcceptable: {},
    exceptions.UnsupportedMediaType: {"media_type": "7/7"},
    exceptions.Throttled: {"wait": 30},
    exceptions.APIException: {},
}
BROKEN: list[dict[str, Any]] = [
    {},
    dict.fromkeys(("page", "page_size", "amount", "value_time", "currency", "memo"), "7.x"),
    dict.fromkeys(("page", "page_size", "amount", "value_time", "currency", "memo"), ""),
    {"page": 0, "page_size": 10**6, "amount": 0, "bank_transaction_id": "7" * 99, "credit_account": None},
    {"page": "9" * 2000, "amount": 10**30, "memo": ["7"], "currency": "vnd", "value_time": "2026-13-40"},
]


def wrong(text: str, language: str) -> str:
    """Words of the other language; numbers stand for what people entered."""
    return foreign(Said(text, language), language, NAMES)


def texts(detail: Any) -> Iterator[str]:
    """Every sentence of a refusal."""
    for part in detail.values() if isinstance(detail, dict) else detail if isinstance(detail, list) else [str(detail)]:
        if isinstance(part, dict | list):
            yield from texts(part)
        else:
            yield str(part)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_about_the_market_speaks_the_language_of_its_reader(kind, language):
    found = KINDS[kind]
    with translation.override(language):
        names = {name for sentence in (found.subject, *found.sentences) for name in PLACE.findall(str(sentence))}
        words = dict.fromkeys([*names, *(f"{name}_{code}" for name in names for code in ("vi", "en"))], "7")
        wording = word(kind, words)
        context = {"wording": wording, "address": "https://x.vn/7/", "words": words}
        body = render_to_string(found.template, context)

    assert wording.subject.strip()
    assert len(wording.sentences) == len(found.sentences)
    assert wrong(f"{wording.subject}\n{body}", language) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ACCOUNT_MAILS)
def test_every_mail_about_an_account_speaks_one_language(name, language):
    addresses = ("email", "from_email", "to_email", "deleted_email", "password_reset_url", "activate_url", "signup_url")
    context = dict.fromkeys(addresses, "a@b.vn") | {"timestamp": timezone.now(), "ip": "127.0.0.1"}

    with translation.override(language):
        text = render_to_string(f"account/email/{name}", context)

    assert text.strip()
    assert wrong(text, language) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_of_the_api_speaks_one_language(refusal, language):
    with translation.override(language):
        answer = exception_handler(refusal(**REFUSALS[refusal]), {})
        said = " ".join(texts(answer.data))

    assert answer.status_code == refusal.status_code
    assert said
    assert wrong(said, language) == ""


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("serializer", [PageInput, CreditInput])
def test_every_complaint_about_a_field_speaks_one_language(serializer, language):
    with translation.override(language):
        complaints = set()
        for data in BROKEN:
            checked = serializer(data=data)
            complaints |= set(texts(checked.errors)) if not checked.is_valid() else set()

    assert len(complaints) > 3
    assert [found for text in complaints if (found := wrong(text, language))] == []
