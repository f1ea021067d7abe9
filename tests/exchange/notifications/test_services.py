"""Messages: once each, in the reader's language, mailed after commit and only once."""

import datetime as dt

import pytest
from django.core import mail
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from exchange.jobs.testing import run_jobs
from exchange.notifications import services
from exchange.notifications.kinds import KINDS
from exchange.notifications.models import Message
from exchange.notifications.wording import word
from tests.factories.accounts import UserFactory
from tests.factories.exchange import WORDS, MessageFactory

pytestmark = pytest.mark.django_db


def test_each_active_person_gets_one_row_and_one_mail(settings):
    settings.PUBLIC_ADDRESS = "https://exchange.example"
    anna, binh, gone = UserFactory(language="en"), UserFactory(), UserFactory(is_active=False)

    services.notify("order.accepted", users=[anna, binh, anna, gone], context=WORDS, subject_url="/")
    assert mail.outbox == []
    run_jobs()

    assert sorted(m.to[0] for m in mail.outbox) == sorted([anna.email, binh.email])
    in_english = next(m for m in mail.outbox if m.to == [anna.email])
    assert in_english.subject == "Order SDL2026000123C: accepted by the seller"
    assert "Bộ B accepted your order for “Rice output”." in in_english.body
    assert "https://exchange.example/en/" in in_english.body
    in_vietnamese = next(m for m in mail.outbox if m.to == [binh.email])
    assert "“Sản lượng lúa”" in in_vietnamese.body
    assert "https://exchange.example/en/" not in in_vietnamese.body
    assert Message.objects.filter(mailed_at__isnull=False).count() == 2


def test_a_second_run_of_the_job_mails_nothing():
    message = MessageFactory()

    assert services.send_mail(message_id=message.pk)
    assert not services.send_mail(message_id=message.pk)

    assert len(mail.outbox) == 1


def test_a_failing_mail_server_leaves_the_message_to_be_mailed(monkeypatch):
    message = MessageFactory()

    def refuse(self):
        raise OSError("no route to the mail server")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(OSError, match="no route"):
        services.send_mail(message_id=message.pk)

    message.refresh_from_db()
    assert message.mailed_at is None


def test_rolled_back_change_tells_nobody():
    with transaction.atomic():
        services.notify("order.accepted", users=[UserFactory()], context=WORDS)
        transaction.set_rollback(True)

    assert run_jobs() == []
    assert mail.outbox == []


def test_person_who_was_deactivated_meanwhile_gets_no_mail():
    message = MessageFactory(recipient__is_active=False)

    services.send_mail(message_id=message.pk)

    assert mail.outbox == []


def test_unknown_kind_is_a_mistake_of_the_program():
    with pytest.raises(LookupError, match=r"order\.nonsense"):
        services.notify("order.nonsense", users=[UserFactory()], context={})


def test_context_keeps_days_and_translatable_words():
    services.notify(
        "case.submitted",
        users=[UserFactory()],
        context={"number": "HS-1", "organisation_vi": "Bộ A", "organisation_en": "", "due": dt.date(2026, 12, 1)}
        | {"text": _("Deadline")},
    )

    message = Message.objects.get()
    assert message.context["due"] == "2026-12-01"
    assert message.context["text"] == {"text": "Deadline"}
    with translation.override("en"):
        assert message.wording.sentences[0] == "The verification file of Bộ A was received."
    with translation.override("vi"):
        assert any("01/12/2026" in sentence for sentence in message.wording.sentences)


def test_sentence_without_its_words_is_left_out():
    with translation.override("en"):
        assert word("order.declined", WORDS).sentences == ["Bộ B declined your order for “Rice output”."]
        assert word("order.declined", WORDS | {"text": "Too late"}).sentences[1] == "Reason: Too late"


def test_subject_is_one_line_without_a_persons_name():
    with translation.override("en"):
        wording = word("member.joined", {"person": "Nguyễn Văn A\nBcc: x@y", "organisation_vi": "Công ty A"})
        broken = word("order.accepted", WORDS | {"number": "1\r\nBcc: x@y"})

    assert "Nguyễn" not in wording.subject
    assert "\n" not in broken.subject
    assert "\r" not in broken.subject


def test_every_kind_can_be_worded_and_its_template_exists():
    named = ["person", "organisation_vi", "text", "certificate", "decision", "transfer", "count"]
    named += ["event", "leaf", "check", "witness", "problem", "code", "order", "reference", "invariants"]
    words = WORDS | dict.fromkeys(named, "x")
    for kind, found in KINDS.items():
        for language in ("vi", "en"):
            with translation.override(language):
                wording = word(kind, words | {"amount": "1"})
                assert len(wording.sentences) == len(found.sentences), kind
                assert "%(" not in wording.subject
        try:
            get_template(found.template)
        except TemplateDoesNotExist:
            pytest.fail(f"{kind}: {found.template}")


def test_reading_is_noted_once_and_only_by_the_reader():
    message = MessageFactory()

    services.mark_read(message_id=message.pk, reader=message.recipient)
    first = Message.objects.get().read_at
    services.mark_read(message_id=message.pk, reader=message.recipient)

    assert Message.objects.get().read_at == first
    with pytest.raises(Message.DoesNotExist):
        services.mark_read(message_id=message.pk, reader=UserFactory())
