"""Production refuses to start without its values, and is tight with them."""

import base64
import os
import subprocess
import sys
import time
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from exchange.transparency.keys import this_year
from exchange.transparency.models import Checkpoint
from exchange.transparency.notes import Signer, open_checkpoint
from tests.exchange.transparency.conftest import write

SIGNING_KEY = base64.b64encode(b"l" * 32).decode()
COMPLETE = {
    "DATABASE_URL": "postgresql://exchange:x@127.0.0.1:1/exchange",
    "SECRET_KEY": "s3cret-" * 10,
    "LINK_SIGNING_KEY": "l1nks-" * 10,
    "FIELD_ENCRYPTION_KEY": base64.b64encode(b"f" * 32).decode(),
    "LOG_PUBLIC_KEY": Signer.parse("log.exchange.example.vn", SIGNING_KEY).verifier.vkey,
    "LOG_PROMISE_KEY": base64.b64encode(b"p" * 32).decode(),
    "BANK_WEBHOOK_SECRET": "whsec_" + base64.b64encode(b"b" * 40).decode(),
    "ALLOWED_HOSTS": "exchange.example.vn",
    "LOG_ORIGIN": "log.exchange.example.vn",
    "ESCROW_BIN": "970436",
    "ESCROW_NUMBER": "1234567890",
    "ESCROW_HOLDER": "SAN DU LIEU",
    "PUBLIC_ADDRESS": "https://exchange.example.vn",
    "EMAIL_HOST": "mail.example.vn",
    "DEFAULT_FROM_EMAIL": "san@example.vn",
}


OF_THE_SEQUENCER = {
    "SEQUENCER_DATABASE_URL": COMPLETE["DATABASE_URL"],
    "LOG_SIGNING_KEY": SIGNING_KEY,
    "LOG_ORIGIN": COMPLETE["LOG_ORIGIN"],
}


def told(values, state):
    """What a process is told: these values, its folder, and nothing of ours."""
    said = {"STATE_DIR": str(state), "PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "exchange.settings.production"}
    return {name: value for name, value in (said | values).items() if value is not None}


@pytest.fixture
def run(tmp_path):
    """Run a management command with production settings and an environment of its own."""

    def command(*arguments, every=COMPLETE, **changes):
        environment = told(every | changes, tmp_path)
        return subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *arguments],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )

    return command


@pytest.mark.slow
def test_deployment_check_has_nothing_to_say(run):
    done = run("check", "--deploy", "--fail-level", "WARNING")

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


@pytest.mark.slow
def test_cookies_headers_and_debug_are_as_production_needs_them(run):
    names = (
        "DEBUG SESSION_COOKIE_NAME SESSION_COOKIE_SECURE CSRF_COOKIE_NAME CSRF_COOKIE_SECURE SECURE_HSTS_SECONDS "
        "SECURE_SSL_REDIRECT DEMO STAFF_SECOND_FACTOR"
    )
    done = run(
        "shell", "-v0", "-c", f"print([getattr(__import__('django.conf').conf.settings, n) for n in '{names}'.split()])"
    )

    assert done.stdout.strip() == "[False, '__Host-session', True, '__Host-csrf', True, 31536000, True, False, True]", (
        done.stderr
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"SECRET_KEY": None, "ESCROW_BIN": None},
            "Set these environment variables and start again: SECRET_KEY, ESCROW_BIN.",
        ),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"FIELD_ENCRYPTION_KEY": "bm90MzI="}, "FIELD_ENCRYPTION_KEY must be 32 random bytes in Base64"),
        ({"LINK_SIGNING_KEY": COMPLETE["SECRET_KEY"]}, "needs a value of its own"),
        ({"DATABASE_URL": "mysql://x"}, "runs on PostgreSQL only"),
        ({"STATE_DIR": "relative"}, "must name an existing folder, in full"),
        ({"LOG_PUBLIC_KEY": None}, "Set LOG_PUBLIC_KEY to what `manage.py sequencer --public-key` prints"),
        ({"LOG_PUBLIC_KEY": "log.example+0a+AQ=="}, "LOG_PUBLIC_KEY is no public key of a log"),
        ({"LOG_SIGNING_KEY": SIGNING_KEY}, "Take LOG_SIGNING_KEY away from the process of the role web: only the"),
        ({"DATABASE_POOL": "many"}, "must be a whole number"),
        ({"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE names a file that cannot be read"),
    ],
)
def test_start_is_refused_with_a_sentence(run, changes, sentence):
    done = run("check", **changes)

    assert done.returncode != 0
    assert sentence in done.stderr.strip().splitlines()[-1]


@pytest.mark.slow
def test_secret_can_come_from_a_file(run, tmp_path):
    (tmp_path / "key").write_text("f1le-secret-" * 6 + "\n", encoding="utf-8")

    done = run(
        "shell",
        "-v0",
        "-c",
        "from django.conf import settings; print(settings.SECRET_KEY)",
        SECRET_KEY_FILE=str(tmp_path / "key"),
    )

    assert done.stdout.strip() == "f1le-secret-" * 6, done.stderr


@pytest.mark.slow
def test_worker_holds_no_key_that_signs_the_log(run):
    done = run("worker", WORKER_DATABASE_URL=COMPLETE["DATABASE_URL"], LOG_SIGNING_KEY=SIGNING_KEY)

    assert done.returncode != 0
    assert "Take LOG_SIGNING_KEY away from the process of the role worker" in done.stderr.strip().splitlines()[-1]


@pytest.mark.slow
def test_sequencer_needs_the_signing_key_and_tells_its_public_half(run):
    without = run("sequencer", "--public-key", every=OF_THE_SEQUENCER, LOG_SIGNING_KEY=None)
    told = run("sequencer", "--public-key", every=OF_THE_SEQUENCER)

    assert without.returncode != 0
    assert "start again: LOG_SIGNING_KEY." in without.stderr.strip().splitlines()[-1]
    name, _identity, encoded = told.stdout.strip().split("+", 2)
    assert name.startswith("log.exchange.example.vn/")
    assert encoded == COMPLETE["LOG_PUBLIC_KEY"].split("+", 2)[2]


SECRETS = "SECRET_KEY LINK_SIGNING_KEY FIELD_ENCRYPTION_KEY LOG_PROMISE_KEY BANK_WEBHOOK_SECRET LOG_SIGNING_KEY"
HELD = f"""
from django.conf import settings
names = "{SECRETS} EMAIL_HOST_PASSWORD".split()
print(" ".join(name for name in names if name in vars(settings._wrapped) and vars(settings._wrapped)[name]))
"""
OWN_SECRETS = {
    "web": "SECRET_KEY LINK_SIGNING_KEY FIELD_ENCRYPTION_KEY LOG_PROMISE_KEY BANK_WEBHOOK_SECRET EMAIL_HOST_PASSWORD",
    "worker": "SECRET_KEY LINK_SIGNING_KEY FIELD_ENCRYPTION_KEY LOG_PROMISE_KEY EMAIL_HOST_PASSWORD",
    "sequencer": "LOG_SIGNING_KEY",
}


@pytest.mark.slow
@pytest.mark.parametrize("role", OWN_SECRETS)
def test_each_process_holds_its_own_secrets_and_no_other_whatever_it_was_told(run, role):
    address = {"web": "DATABASE_URL"}.get(role, f"{role.upper()}_DATABASE_URL")
    everything = {address: COMPLETE["DATABASE_URL"], "DATABASE_ROLE": role, "EMAIL_HOST_PASSWORD": "mail-password"}
    if role == "sequencer":
        everything["LOG_SIGNING_KEY"] = SIGNING_KEY

    done = run("shell", "-v0", "-c", HELD, **everything)

    assert done.stdout.split() == OWN_SECRETS[role].split(), done.stderr


@pytest.mark.slow
def test_worker_starts_without_the_secret_of_the_bank(run):
    done = run("check", DATABASE_ROLE="worker", WORKER_DATABASE_URL=COMPLETE["DATABASE_URL"], BANK_WEBHOOK_SECRET=None)

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_sequencer_publishes_the_log_knowing_nothing_but_its_address_its_key_and_its_folder(tmp_path):
    write(2)
    where = connection.settings_dict
    address = f"postgresql://{where['USER']}:{quote(where['PASSWORD'])}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    environment = told(OF_THE_SEQUENCER | {"SEQUENCER_DATABASE_URL": address}, tmp_path)
    sequencer = subprocess.Popen(
        [sys.executable, "manage.py", "sequencer"], env=environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        ends = time.monotonic() + 60
        while not Checkpoint.objects.filter(size=2).exists():
            assert sequencer.poll() is None, "the sequencer ended by itself"
            assert time.monotonic() < ends, "nothing was published"
            time.sleep(0.1)
    finally:
        sequencer.terminate()
        sequencer.wait(timeout=20)

    [note] = [path.read_text() for path in (tmp_path / "log").rglob("checkpoint")]
    verifier = Signer.parse(f"{COMPLETE['LOG_ORIGIN']}/{this_year()}", SIGNING_KEY).verifier
    assert open_checkpoint(note, verifier).size == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "variable"),
    [
        ("worker", "WORKER_DATABASE_URL"),
        ("sequencer", "SEQUENCER_DATABASE_URL"),
        ("migrate", "OWNER_DATABASE_URL"),
    ],
)
def test_process_never_signs_in_with_the_address_of_another(run, command, variable):
    done = run(command)

    assert done.returncode != 0
    said = done.stderr.strip().splitlines()[-1]
    assert f"Set these environment variables and start again: {variable}" in said
