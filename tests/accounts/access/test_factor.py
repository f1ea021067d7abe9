"""The second factor: set up, used, lost; what stands in the table; what the console asks of staff."""

import json
import re
import time
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from accounts.access.actor import Actor
from accounts.access.models import StaffAppointment, StaffRole
from accounts.access.services import reset_second_factor
from exchange.common.errors import DomainError
from exchange.jobs.testing import run_jobs
from exchange.notifications.models import Message
from exchange.transparency.models import Entry
from tests.factories.accounts import PASSWORD, MembershipFactory, StaffAppointmentFactory, UserFactory, actor_of

pytestmark = pytest.mark.django_db
START = 1_800_000_000  # a whole number of steps of 30 seconds
PROOF = "Gặp trực tiếp kèm giấy tờ"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Seconds that pass when a test says so; no attempts of earlier tests."""
    moment = {"now": float(START)}
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time.time", lambda: moment["now"])
    cache.clear()
    yield moment
    cache.clear()


@pytest.fixture
def committed(monkeypatch):
    """The page's own transaction ends within the request; that of a test never does."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda call: call())


def code(secret, clock):
    return format_hotp_value(hotp_value(secret, int(clock["now"]) // 30))


def signed_in(person, **extra):
    client = Client()
    return client, client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}, **extra)


def with_factor(person, clock):
    """Set it up as a person does; the secret and the recovery codes as the pages showed them."""
    client, _answer = signed_in(person)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret, clock)})
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    return client, secret, codes


def is_in(client):
    return "_auth_user_id" in client.session


def test_set_up_asks_for_the_password_and_shows_a_picture_and_the_key(clock, committed):
    person = UserFactory()
    client, _answer = signed_in(person)
    page = "/accounts/2fa/totp/activate/"
    assert client.get(page)["Location"].startswith("/accounts/reauthenticate/?next=")

    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": page})
    shown = client.get(page)
    assert '<svg class="qr-code"' in shown.content.decode()
    assert shown.context["form"].secret in shown.content.decode()
    assert "style=" not in shown.content.decode()

    wrong = client.post(page, {"code": "000000"})
    assert str(wrong.context["form"].errors["code"][0]) in wrong.content.decode()
    assert not Authenticator.objects.exists()

    done = client.post(page, {"code": code(shown.context["form"].secret, clock)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert mail.outbox[-1].subject == "Yếu tố xác thực thứ hai đã bật"
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "totp"]


def test_password_alone_no_longer_signs_in_and_each_code_does_so_once(clock):
    person = UserFactory()
    _client, secret, _codes = with_factor(person, clock)

    client, answer = signed_in(person)
    assert (answer["Location"], is_in(client)) == ("/accounts/2fa/authenticate/", False)
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(client)

    good = code(secret, clock)
    client.post("/accounts/2fa/authenticate/", {"code": good})
    assert is_in(client)

    other, _answer = signed_in(person)
    other.post("/accounts/2fa/authenticate/", {"code": good})
    assert not is_in(other)
    clock["now"] += 30
    other.post("/accounts/2fa/authenticate/", {"code": good})
    assert not is_in(other)
    other.post("/accounts/2fa/authenticate/", {"code": code(secret, clock)})
    assert is_in(other)


def test_sixth_wrong_code_is_not_even_tried(clock):
    person = UserFactory()
    _client, secret, _codes = with_factor(person, clock)
    client, _answer = signed_in(person)
    for _attempt in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    answer = client.post("/accounts/2fa/authenticate/", {"code": code(secret, clock)})

    assert "Đăng nhập sai quá nhiều lần" in answer.content.decode()
    assert not is_in(client)


def test_recovery_codes_are_saved_as_a_text_file_by_the_page_that_shows_them_and_by_no_other(clock):
    client, _answer = signed_in(UserFactory())
    client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code(secret, clock)})

    page, again = (client.get("/accounts/2fa/recovery-codes/") for _visit in range(2))

    [(name, address)] = re.findall(r'<a [^>]*download="([^"]+)" href="(data:[^"]+)"', page.content.decode())
    head, _comma, text = address.partition(",")
    assert (name, head) == ("recovery-codes.txt", "data:text/plain;charset=utf-8")
    assert unquote(text).splitlines() == page.context["unused_codes"]
    assert "no-store" in page["Cache-Control"]
    assert "download=" not in again.content.decode()


def test_recovery_codes_are_shown_once_and_each_works_once(clock):
    person = UserFactory()
    first, _secret, codes = with_factor(person, clock)
    assert len(set(codes)) == 10
    again = first.get("/accounts/2fa/recovery-codes/")
    assert not any(one in again.content.decode() for one in codes)
    assert first.get("/accounts/2fa/recovery-codes/download/").status_code == 403

    client, _answer = signed_in(person)
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert is_in(client)
    other, _answer = signed_in(person)
    other.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert not is_in(other)
    assert "Còn 9 mã" in first.get("/accounts/2fa/").content.decode()


def test_neither_table_nor_log_holds_secret_or_codes(clock, caplog, capfd):
    _client, secret, codes = with_factor(UserFactory(), clock)

    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data::text FROM mfa_authenticator ORDER BY type")
        rows = dict(cursor.fetchall())
    out, err = capfd.readouterr()
    for hidden in (secret, *codes):
        assert all(hidden not in place for place in (*rows.values(), caplog.text, out, err))
    assert json.loads(rows["totp"])["secret"].startswith("gAAAAA")
    assert json.loads(rows["recovery_codes"])["seed"].startswith("gAAAAA")


def test_english_pages_and_switching_off(clock, committed):
    person = UserFactory(language="en")
    client, _secret, _codes = with_factor(person, clock)
    assert "<h1>Second factor</h1>" in client.get("/en/accounts/2fa/").content.decode()
    assert "10 codes are left" in client.get("/en/accounts/2fa/").content.decode()
    assert "Switch the second factor off" in client.get("/en/accounts/2fa/totp/deactivate/").content.decode()
    assert "Ten new codes" in client.get("/en/accounts/2fa/recovery-codes/generate/").content.decode()
    client.post("/en/accounts/2fa/recovery-codes/generate/")
    assert mail.outbox[-1].subject == "New recovery codes were made"

    client.post("/en/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert mail.outbox[-1].subject == "The second factor is switched off"


# The console


@pytest.fixture
def asked(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def administrator(db):
    return StaffAppointmentFactory(role=StaffRole.ADMINISTRATOR).user


def into_console(client):
    """Where a visit of the console ends, and what stands there."""
    answer = client.get("/admin/", follow=True)
    return answer.request["PATH_INFO"], answer.content.decode()


def test_console_opens_without_factor_where_the_setting_is_off(administrator):
    client, _answer = signed_in(administrator)
    assert into_console(client)[0] == "/admin/"


def test_console_leads_staff_to_the_set_up_and_then_asks_for_a_code(asked, administrator, clock):
    client, _answer = signed_in(administrator)
    place, html = into_console(client)
    assert place == "/accounts/reauthenticate/"
    assert "vào bảng điều hành bằng yếu tố xác thực thứ hai" in html

    client, secret, _codes = with_factor(administrator, clock)
    assert into_console(client)[0] == "/accounts/2fa/reauthenticate/"
    clock["now"] += 30
    answer = client.post("/accounts/2fa/reauthenticate/", {"code": code(secret, clock), "next": "/admin/"})
    assert answer["Location"] == "/admin/"
    assert into_console(client)[0] == "/admin/"


def test_signing_in_with_a_code_opens_the_console_until_the_factor_is_reset(asked, administrator, clock):
    _client, secret, _codes = with_factor(administrator, clock)
    client, _answer = signed_in(administrator)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret, clock)})
    assert into_console(client)[0] == "/admin/"

    reset_second_factor(email=administrator.email, proof=PROOF, actor=Actor.system("installation"))

    assert into_console(client)[0] == "/accounts/reauthenticate/"
    page = "/admin/accounts/staffappointment/new/appoint/"
    assert client.post(page)["Location"] == f"/admin/login/?next={page}"


def test_acts_that_move_rights_ask_again_after_ten_minutes(asked, administrator, clock, monkeypatch):
    _client, secret, _codes = with_factor(administrator, clock)
    client, _answer = signed_in(administrator)
    client.post("/accounts/2fa/authenticate/", {"code": code(secret, clock)})
    page = "/admin/accounts/staffappointment/new/appoint/"
    assert client.get(page).status_code == 200

    later = time.time() + 601
    monkeypatch.setattr("accounts.access.factor.time", lambda: later)

    answer = client.get(page)
    assert answer["Location"] == f"/accounts/2fa/reauthenticate/?next={page.replace('/', '%2F')}"
    body = {"appoint-email": UserFactory().email, "appoint-role": "supervisor"}
    assert client.post(page, body)["Location"] == answer["Location"]
    assert not StaffAppointment.objects.filter(role=StaffRole.SUPERVISOR).exists()
    assert client.get("/admin/").status_code == 200


# Lost


def test_reset_is_logged_told_and_leaves_the_password(administrator, clock):
    person = UserFactory(language="en")
    with_factor(person, clock)

    reset_second_factor(email=person.email.upper(), proof=PROOF, actor=actor_of(administrator))
    run_jobs()

    assert not Authenticator.objects.filter(user=person).exists()
    entry = Entry.objects.get(kind="factor.reset")
    assert (entry.actor, person.email in str(entry.record)) == (f"user:{administrator.pk}", False)
    assert Message.objects.get(recipient=person).kind == "factor.reset"
    assert mail.outbox[-1].subject == "Your second factor was reset"
    assert is_in(signed_in(person)[0])


@pytest.mark.parametrize("role", ["operator_reviewer", "operator_finance", "supervisor"])
def test_nobody_else_resets(role, clock):
    person = UserFactory()
    with_factor(person, clock)
    others = [actor_of(person), actor_of(MembershipFactory()), actor_of(StaffAppointmentFactory(role=role))]
    for actor in [Actor(), *others]:
        with pytest.raises(PermissionDenied):
            reset_second_factor(email=person.email, proof=PROOF, actor=actor)
    assert Authenticator.objects.filter(user=person).count() == 2


@pytest.mark.parametrize(
    ("whose", "proof", "refusal"),
    [
        ("nobody", PROOF, "no_such_account"),
        ("own", PROOF, "own_factor"),
        ("person", " ", "proof_missing"),
        ("plain", PROOF, "no_factor"),
    ],
)
def test_reset_is_refused(administrator, clock, whose, proof, refusal):
    person = UserFactory()
    with_factor(person, clock)
    mails = {"own": administrator.email, "person": person.email, "plain": UserFactory().email}

    with pytest.raises(DomainError) as refused:
        reset_second_factor(email=mails.get(whose, "nobody@example.vn"), proof=proof, actor=actor_of(administrator))

    assert refused.value.code == refusal
    assert Authenticator.objects.filter(user=person).count() == 2
    assert not Entry.objects.filter(kind="factor.reset").exists()


def test_command_helps_the_only_administrator(administrator, clock, capsys):
    with_factor(administrator, clock)

    call_command("reset_second_factor", email=administrator.email, proof=PROOF)

    assert not Authenticator.objects.exists()
    assert Entry.objects.get(kind="factor.reset").actor == "system:installation"
    assert "has no second factor any more" in capsys.readouterr().out
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("reset_second_factor", email=administrator.email, proof=PROOF)
