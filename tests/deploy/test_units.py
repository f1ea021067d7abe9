"""The units of deploy/ are what systemd takes, and leave a process no more than it needs."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

DEPLOY = Path(settings.BASE_DIR) / "deploy"
SERVICES = sorted(path.name for path in DEPLOY.glob("*.service"))
MOST_EXPOSED = 15  # tenths of 10, as systemd-analyze security counts
systemd = shutil.which("systemd-analyze")


def lines_of(name):
    return [line for line in (DEPLOY / name).read_text(encoding="ascii").splitlines() if line and line[0] not in "#["]


def settings_of(name):
    pairs = (line.partition("=") for line in lines_of(name))
    return {key: value for key, _is, value in pairs}


def test_every_process_has_a_unit_and_a_user_of_its_own():
    users = {name: settings_of(name)["User"] for name in SERVICES}

    assert users == {
        "exchange-backup.service": "exchange-backup",
        "exchange-check.service": "exchange-backup",
        "exchange-sequencer.service": "exchange-sequencer",
        "exchange-web.service": "exchange-web",
        "exchange-worker.service": "exchange-worker",
    }


def test_each_reads_the_variables_of_its_own_user_and_writes_only_what_is_its_own():
    written = {name: settings_of(name).get("ReadWritePaths", "") for name in SERVICES}

    for name in SERVICES:
        assert settings_of(name)["EnvironmentFile"] == f"/etc/exchange/{settings_of(name)['User'][9:]}.env"
    assert written == {
        "exchange-backup.service": "/var/backups/exchange",
        "exchange-check.service": "",
        "exchange-sequencer.service": "/var/lib/exchange/log",
        "exchange-web.service": "/var/lib/exchange/files",
        "exchange-worker.service": "/var/lib/exchange/files",
    }
    assert "InaccessiblePaths=-/var/lib/exchange/files" in lines_of("exchange-sequencer.service")


def test_commands_are_those_of_the_documentation():
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")

    for name in ("worker", "sequencer"):
        command = settings_of(f"exchange-{name}.service")["ExecStart"].partition("/python ")[2]
        assert f"`{command}`" in text
    for unit in (path.name for path in DEPLOY.iterdir()):
        assert unit in text, unit


@pytest.fixture
def installed(tmp_path):
    """The units with the paths of this clone in place of /opt/exchange, and another command where none is made here."""
    for path in DEPLOY.glob("exchange-*"):
        text = path.read_text(encoding="ascii").replace("/opt/exchange/.venv/bin/", "/usr/bin/env ")
        (tmp_path / path.name).write_text(text.replace("/opt/exchange", str(settings.BASE_DIR)), encoding="ascii")
    return tmp_path


@pytest.mark.skipif(systemd is None, reason="systemd-analyze is not installed")
def test_systemd_takes_every_unit(installed):
    done = subprocess.run(  # noqa: S603
        [systemd, "verify", "--man=no", "--recursive-errors=no", *sorted(map(str, installed.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )

    said = [line for line in (done.stdout + done.stderr).splitlines() if "exchange-" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(systemd is None, reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", SERVICES)
def test_unit_leaves_the_process_little_of_the_machine(installed, name):
    command = [systemd, "security", "--offline=yes", "--no-pager", str(installed / name)]
    command.insert(3, f"--threshold={MOST_EXPOSED}")

    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603

    overall = re.search(r"Overall exposure level for \S+ (\S+)", done.stdout)
    assert done.returncode == 0, overall and overall[0]
