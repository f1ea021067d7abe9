"""The mailbox of a demonstration."""

import datetime as dt

import pytest
from django.core.mail import EmailMessage

from exchange.common import mailfiles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_BACKEND = "exchange.common.mailfiles.EmailBackend"
    return settings.EMAIL_FILE_PATH


def send(subject="Xác nhận địa chỉ", to="lan@example.vn", body="Mở https://example.vn/a?b=1 <b>đậm</b>"):
    EmailMessage(subject, body, "san@example.vn", [to]).send()
    return mailfiles.mails()[0]


def test_each_message_is_one_file_read_back_whole(folder):
    send(subject="Thư một")
    send(subject="Thư hai")

    found = mailfiles.mails()

    assert [mail.subject for mail in found] == ["Thư hai", "Thư một"]
    assert found[0].to == "lan@example.vn"
    assert found[0].body.strip() == "Mở https://example.vn/a?b=1 <b>đậm</b>"
    assert found[0].sent_at.utcoffset() == dt.timedelta(0)


def test_a_mail_is_marked_with_its_own_language(folder):
    assert send(subject="Đơn đã gửi").language == "vi"
    assert send(subject="Your order", body="It was placed.").language == "en"
    assert len(list(folder.glob("*.eml"))) == 2
    assert not list(folder.glob("*.part"))


def test_mailbox_of_one_address_shows_no_other():
    send(to="lan@example.vn")
    send(to="huệ@example.vn")

    assert [mail.to for mail in mailfiles.mails(to="LAN@")] == ["lan@example.vn"]


@pytest.mark.parametrize("name", ["../secret", "20260101-000000000000-00000000", "", "x" * 300, "..%2f"])
def test_names_that_are_no_mail_find_nothing(name):
    assert mailfiles.read(name) is None


def test_no_folder_yet_is_an_empty_mailbox():
    assert mailfiles.mails() == []


@pytest.mark.urls("tests.demo_urls")
def test_pages_show_mails_without_sign_in_and_as_text(client):
    mail = send(subject="Thư <i>một</i>")

    listed = client.get("/demo/mail/").content.decode()
    shown = client.get(f"/demo/mail/{mail.name}/").content.decode()

    assert f'href="/demo/mail/{mail.name}/"' in listed
    assert "Thư &lt;i&gt;một&lt;/i&gt;" in listed
    assert '<a href="https://example.vn/a?b=1"' in shown
    assert "&lt;b&gt;đậm&lt;/b&gt;" in shown


@pytest.mark.urls("tests.demo_urls")
def test_unknown_mail_is_404(client):
    assert client.get("/demo/mail/20260101-000000000000-00000000/").status_code == 404


def test_only_demonstrations_serve_the_mailbox(client):
    assert client.get("/demo/mail/").status_code == 404
