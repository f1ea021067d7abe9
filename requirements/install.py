"""Puts the pinned packages into .venv, only when a lock changed. Runs on a bare python3: standard library alone."""

import hashlib
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"


def main(names):
    """Make the environment hold the named locks."""
    if not (3, 11) <= sys.version_info < (3, 14):
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python 3.11, 3.12 or 3.13 is needed, this is {version}: name one, `make demo PYTHON=python3.12`.")
    stamp = VENV / f".{'-'.join(names)}.stamp"
    wanted = fingerprint(names)
    if stamp.exists() and stamp.read_text() == wanted and works(PYTHON):
        return
    make_environment()
    install(names)
    stamp.write_text(wanted)


def fingerprint(names):
    """Changes with the locks, the Python and the place of the environment."""
    digest = hashlib.sha256(f"{VENV} {sys.version}".encode())
    for name in names:
        digest.update((ROOT / "requirements" / f"{name}.txt").read_bytes())
    return digest.hexdigest()


def works(python):
    """Whether the environment's Python starts: it does not when the system's Python was replaced."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def make_environment():
    """A fresh environment, unless one works already."""
    if works(PYTHON) and works_with_pip():
        return
    print("Making the Python environment .venv.", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
    if made.returncode:
        sys.exit(
            "Python's venv module is missing or incomplete: install it (Debian, Ubuntu: apt install python3-venv) "
            "and run the command again."
        )


def works_with_pip():
    """Whether the environment can install packages."""
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0


def install(names):
    """Exactly the pinned packages, checked by their hashes."""
    print(f"Installing the pinned packages ({', '.join(names)}).", flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-deps", "--require-hashes", "--root-user-action=ignore"]
    for name in names:
        command += ["-r", ROOT / "requirements" / f"{name}.txt"]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        sys.exit(f"The packages could not be installed ({reason}): check the connection and run the command again.")


if __name__ == "__main__":
    main(sys.argv[1:])
