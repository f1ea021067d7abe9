"""Codes, parameters, evaluations, stored content and messages."""

import datetime as dt
import io

import factory
from factory.django import DjangoModelFactory

from exchange.codes.models import Bank, Code, Holiday
from exchange.files.models import StoredFile
from exchange.files.services import store
from exchange.notifications.models import Message
from exchange.rules.models import Evaluation, RuleParameter
from tests.factories.accounts import UserFactory

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
JPEG = b"\xff\xd8\xff\xe0" + bytes(32)


WORDS = {
    "number": "SDL2026000123C",
    "title_vi": "Sản lượng lúa",
    "title_en": "Rice output",
    "buyer": "Công ty A",
    "seller": "Bộ B",
    "due": "2026-12-01",
}


class Upload(io.BytesIO):
    """Content with a name, as a form hands it over."""

    def __init__(self, content: bytes, name: str = "giay-to.pdf", content_type: str = "") -> None:
        super().__init__(content)
        self.name = name
        self.content_type = content_type
        self.size = len(content)


def stored(
    content: bytes = PDF, name: str = "giay-to.pdf", purpose: str = "evidence", media_type: str = ""
) -> StoredFile:
    """A stored file whose content really lies in the storage."""
    return store(Upload(content, name), purpose=purpose, max_bytes=50_000_000, media_type=media_type)


class CodeFactory(DjangoModelFactory):
    """A code of a list of its own."""

    class Meta:
        model = Code

    list = "example"
    code = factory.Sequence(lambda n: f"code_{n}")
    label_vi = factory.LazyAttribute(lambda o: f"Mã {o.code}")
    label_en = factory.LazyAttribute(lambda o: f"Code {o.code}")


class BankFactory(DjangoModelFactory):
    """A bank that is not in the published list."""

    class Meta:
        model = Bank

    bin = factory.Sequence(lambda n: f"{900000 + n}")
    short_name = factory.Sequence(lambda n: f"Bank {n}")
    name = factory.LazyAttribute(lambda o: f"Ngân hàng {o.short_name}")


class HolidayFactory(DjangoModelFactory):
    """A day off that the regulator added."""

    class Meta:
        model = Holiday

    day = factory.Sequence(lambda n: dt.date(2027, 3, 1) + dt.timedelta(days=n))
    note = "Nghỉ theo quyết định"


class RuleParameterFactory(DjangoModelFactory):
    """A parameter in force since 2026; `proposed=True` waits for a second person."""

    class Meta:
        model = RuleParameter

    class Params:
        proposed = factory.Trait(proposed_by=factory.SubFactory(UserFactory))
        approved = factory.Trait(
            proposed_by=factory.SubFactory(UserFactory), approved_by=factory.SubFactory(UserFactory)
        )

    name = factory.Sequence(lambda n: f"example_{n}")
    value = 1
    valid_from = dt.date(2026, 1, 1)
    citation = "Quyết định 1/QĐ-BCA, Điều 1"
    confidence = "C"


class EvaluationFactory(DjangoModelFactory):
    """A stored evaluation; `findings` is a list of what Finding.as_dict gives."""

    class Meta:
        model = Evaluation

    subject = factory.Sequence(lambda n: f"example.record:{n}")
    stage = "order"
    ruleset = "example"
    facts = factory.LazyFunction(dict)
    parameters = factory.LazyFunction(dict)
    findings = factory.LazyFunction(list)
    digest = "0" * 64
    made_by = "system:example"


class MessageFactory(DjangoModelFactory):
    """An unread message that was not mailed yet."""

    class Meta:
        model = Message

    recipient = factory.SubFactory(UserFactory)
    kind = "order.accepted"
    context = factory.LazyFunction(lambda: dict(WORDS))
    url = "/"
