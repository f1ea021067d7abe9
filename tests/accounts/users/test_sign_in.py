"""Sign-up, confirmation, sign-in, reset: pages and mails in both languages, attempts limited, nobody given away."""

import datetime as dt
import re
from smtplib import SMTPServerDisconnected

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from accounts.users.models import User
from tests.factories.accounts import PASSWORD, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = {"email": "lan@example.vn", "password1": "một mật khẩu dài", "password2": "một mật khẩu dài"}
LINK = re.compile(r"http://testserver(\S+)")


@pytest.fixture(autouse=True)
def _no_earlier_attempts():
    cache.clear()
    yield
    cache.clear()


def person():
    return User.objects.get(email=NEW["email"])


def link():
    return LINK.search(mail.outbox[-1].body)[1]


@pytest.mark.parametrize(
    ("prefix", "subject", "greeting"),
    [("", "Xác nhận địa chỉ thư của bạn", "Mở trang sau"), ("/en", "Confirm your", "Open this page")],
)
def test_from_sign_up_to_signed_in(client, prefix, subject, greeting):
    client.post(f"{prefix}/accounts/signup/", NEW)
    assert mail.outbox[0].subject.startswith(subject)
    assert greeting in mail.outbox[0].body
    assert link().startswith(f"{prefix}/accounts/confirm-email/")

    assert client.get(link()).status_code == 200  # reading the mail's link changes nothing
    assert not person().emailaddress_set.get().verified
    client.post(link())
    client.post(f"{prefix}/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})

    assert person().emailaddress_set.get().verified
    assert client.session["_auth_user_id"] == str(person().pk)


def test_unconfirmed_address_cannot_sign_in(client):
    client.post("/accounts/signup/", NEW)
    client.logout()

    client.post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})

    assert "_auth_user_id" not in client.session


def test_wrong_sign_up_keeps_the_address_and_says_what_to_do(client):
    response = client.post("/accounts/signup/", {**NEW, "password2": "khác"})

    html = response.content.decode()
    assert "<title>Lỗi: " in html
    assert 'value="lan@example.vn"' in html
    assert "Hai lần nhập mật khẩu phải giống nhau." in html
    assert "một mật khẩu dài" not in html
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_sign_up_with_a_known_address_gives_nobody_away(client):
    UserFactory(email="lan@example.vn")

    known = client.post("/accounts/signup/", NEW)
    unknown = Client().post("/accounts/signup/", {**NEW, "email": "hue@example.vn"})

    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert mail.outbox[0].subject == "Bạn đã có tài khoản"
    assert "/accounts/password/reset/" in mail.outbox[0].body


@pytest.fixture
def hashes(monkeypatch):
    """How often a password was hashed: what an answer's time is made of."""
    counted = []
    encode = MD5PasswordHasher.encode

    def count(self, *args):
        counted.append(1)
        return encode(self, *args)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return counted


@pytest.mark.parametrize(
    ("address", "given"),
    [("/accounts/signup/", NEW), ("/accounts/login/", {"login": NEW["email"], "password": "sai mật khẩu rồi"})],
)
def test_known_and_unknown_addresses_cost_the_same_work(client, hashes, address, given):
    UserFactory(email=NEW["email"])
    del hashes[:]
    client.post(address, given)
    known = len(hashes)

    field = "email" if "email" in given else "login"
    Client().post(address, given | {field: "hue@example.vn"})

    assert (known, len(hashes) - known) == (1, 1)


def test_sixth_failure_is_not_even_tried(client):
    someone = UserFactory()
    for _attempt in range(5):
        client.post("/accounts/login/", {"login": someone.email, "password": "sai"})

    response = client.post("/accounts/login/", {"login": someone.email, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert "Đăng nhập sai quá nhiều lần" in response.content.decode()


def test_too_many_requests_from_one_place_get_a_page_that_says_to_wait(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"signup": "1/m/ip"}
    client.post("/accounts/signup/", NEW)

    response = client.post("/accounts/signup/", {**NEW, "email": "hue@example.vn"})

    assert response.status_code == 429
    assert "Chờ năm phút" in response.content.decode()


def test_forgotten_password_is_set_anew_by_a_link_that_works_once(client):
    someone = UserFactory()
    client.post("/accounts/password/reset/", {"email": someone.email})
    first = link()
    page = client.get(first, follow=True)
    target = page.redirect_chain[-1][0]

    client.post(target, {"password1": "mật khẩu mới tinh", "password2": "mật khẩu mới tinh"})

    someone.refresh_from_db()
    assert someone.check_password("mật khẩu mới tinh")
    assert mail.outbox[-1].subject == "Mật khẩu của bạn đã được đặt lại"
    assert "không còn dùng được" in Client().get(first, follow=True).content.decode()


def test_link_to_a_new_password_works_for_an_hour(client, monkeypatch):
    someone = UserFactory()
    client.post("/accounts/password/reset/", {"email": someone.email})
    later = dt.datetime.now() + dt.timedelta(minutes=61)  # noqa: TID251, DTZ005 - as Django's own generator counts
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)

    answer = client.get(link(), follow=True)

    assert "password1" not in answer.content.decode()


def test_reset_of_an_unknown_address_looks_the_same_and_says_so_by_mail(client):
    response = client.post("/accounts/password/reset/", {"email": "khong-co@example.vn"})

    assert response.url == "/accounts/password/reset/done/"
    assert mail.outbox[0].subject == "Địa chỉ này chưa có tài khoản"


def test_changed_password_is_told_by_mail(client):
    someone = UserFactory()
    client.force_login(someone)

    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "mật khẩu mới tinh", "password2": "mật khẩu mới tinh"},
    )

    assert [message.subject for message in mail.outbox] == ["Mật khẩu của bạn đã đổi"]
    assert "{" not in mail.outbox[0].body


def test_addresses_are_added_confirmed_made_main_and_removed(client):
    someone = UserFactory()
    client.force_login(someone)
    client.post("/accounts/email/", {"action_add": "", "email": "moi@example.vn"})
    client.post(link())

    client.post("/accounts/email/", {"action_primary": "", "email": "moi@example.vn"})
    client.post("/accounts/email/", {"action_remove": "", "email": someone.email})

    assert [str(a.email) for a in someone.emailaddress_set.all()] == ["moi@example.vn"]
    someone.refresh_from_db()
    assert someone.email == "moi@example.vn"


def test_next_page_elsewhere_is_ignored(client):
    someone = UserFactory()

    response = client.post(
        "/accounts/login/", {"login": someone.email, "password": PASSWORD, "next": "https://evil.example/"}
    )

    assert response.url == "/organisation/"


@pytest.mark.parametrize(
    ("belongs", "asked", "place"),
    [(False, "", "/organisation/"), (False, "/datasets/D-2026-000001/", "/datasets/D-2026-000001/"), (True, "", "/")],
)
def test_who_belongs_to_nobody_yet_is_led_to_what_comes_next(belongs, asked, place, client):
    someone = MembershipFactory().user if belongs else UserFactory()

    response = client.post("/accounts/login/", {"login": someone.email, "password": PASSWORD, "next": asked})

    assert response.url == place


@pytest.mark.parametrize("address", ["login", "signup", "password/reset"])
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_have_labels_for_every_field(client, address, prefix):
    html = client.get(f"{prefix}/accounts/{address}/").content.decode()

    main = html.split('<main id="main"')[1].split("</main>")[0]
    fields = re.findall(r'<input type="(?:text|email|password)"[^>]*id="([^"]+)"', main)
    assert fields
    assert all(f'<label for="{name}">' in main for name in fields)
    assert "placeholder" not in main


class NoServer(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages):
        raise SMTPServerDisconnected


@pytest.fixture
def no_mail_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"


@pytest.mark.parametrize(
    ("path", "form"),
    [("/accounts/signup/", NEW), ("/accounts/password/reset/", {"email": "khong-co@example.vn"})],
)
def test_mail_that_cannot_be_sent_is_said_and_no_error(client, no_mail_server, path, form):
    response = client.post(path, form)

    assert response.status_code == 409
    assert "Hiện không gửi được thư" in response.content.decode()


def test_sign_up_without_mail_is_completed_by_signing_in_later(client, no_mail_server, settings):
    client.post("/accounts/signup/", NEW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()

    Client().post("/accounts/login/", {"login": NEW["email"], "password": NEW["password1"]})

    client.post(link())
    assert person().emailaddress_set.get().verified


def test_password_stays_changed_when_the_news_of_it_cannot_be_mailed(client, no_mail_server):
    someone = UserFactory()
    client.force_login(someone)

    response = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "mật khẩu mới tinh", "password2": "mật khẩu mới tinh"},
    )

    assert response.status_code == 302
    someone.refresh_from_db()
    assert someone.check_password("mật khẩu mới tinh")
