"""The environment is made on a bare machine, once, and every obstacle is a sentence."""

import importlib.util
import os
import subprocess
import sys

import pytest
from django.conf import settings

LOCKS = settings.BASE_DIR / "requirements"


@pytest.fixture
def install(tmp_path, monkeypatch):
    """The installer, looking at a clone of its own."""
    spec = importlib.util.spec_from_file_location("install", LOCKS / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "runtime.txt").write_text("", encoding="ascii")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


def _stand_in(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
    path.chmod(0o755)
    return str(path)


def test_old_python_is_a_sentence(install, monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit, match=r"is needed, this is 3\.9: name one"):
        install.main(["runtime"])


def test_missing_venv_module_is_a_sentence(install, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "executable", _stand_in(tmp_path / "python", "echo No module named venv >&2; exit 1"))

    with pytest.raises(SystemExit, match="venv module is missing or incomplete: install it"):
        install.main(["runtime"])


def test_failed_installation_is_a_sentence_and_is_tried_again(install, monkeypatch, tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    _stand_in(tmp_path / ".venv" / "bin" / "python", 'case "$*" in *install*) echo no network >&2; exit 1;; esac')

    with pytest.raises(SystemExit, match=r"could not be installed \(no network\)"):
        install.main(["runtime"])

    assert not list((tmp_path / ".venv").glob("*.stamp"))


def test_packages_are_installed_once_and_again_when_a_lock_changes(install, tmp_path):
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    _stand_in(tmp_path / ".venv" / "bin" / "python", f'case "$*" in *install*) echo x >> {tmp_path}/installed;; esac')

    def installations():
        return (tmp_path / "installed").read_text("ascii").count("x")

    install.main(["runtime"])
    install.main(["runtime"])
    assert installations() == 1

    (tmp_path / "requirements" / "runtime.txt").write_text("changed", encoding="ascii")
    install.main(["runtime"])
    assert installations() == 2


def test_installer_runs_on_a_bare_python():
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(LOCKS / 'install.py')!r})"],
        env={"PATH": os.defpath},
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["runtime", "dev", "embedded"])
def test_locks_hold_hashes_and_no_address(name):
    lines = (LOCKS / f"{name}.txt").read_text("ascii").splitlines()
    packages = [line for line in lines if "==" in line]

    assert packages
    assert all(line.endswith("\\") for line in packages)
    assert not [line for line in lines if "://" in line or "--index" in line or "--find-links" in line]
