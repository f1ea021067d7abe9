"""Pictures of pages in both widths, themes and languages, with what is wrong with each.

python -m tests.browser.shots http://127.0.0.1:8000 / /catalogue/ /orders/ --login who@example.vn:password
"""

import argparse
import itertools
import re
import sys
from pathlib import Path

from tests.browser import looking

FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "shots"


def arguments() -> argparse.Namespace:
    """What to look at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the running portal, without a slash at the end")
    parser.add_argument("paths", nargs="+", help="addresses of pages in Vietnamese; the English ones follow from them")
    parser.add_argument("--login", default="", help="address:password of an account to sign in with")
    parser.add_argument("--widths", type=int, nargs="+", default=list(looking.WIDTHS.values()))
    parser.add_argument("--themes", nargs="+", default=["light", "dark"], choices=["light", "dark"])
    parser.add_argument("--languages", nargs="+", default=["vi", "en"], choices=["vi", "en"])
    parser.add_argument("--to", type=Path, default=FOLDER)
    return parser.parse_args()


def name_of(path: str) -> str:
    """A file name that says which page it shows."""
    return re.sub(r"[^\w]+", "-", path).strip("-") or "home"


def main() -> int:
    """Walk the list; the exit status tells whether everything was clean."""
    wanted = arguments()
    wanted.to.mkdir(parents=True, exist_ok=True)
    faults = 0
    with looking.browser() as browser:
        for width, theme in itertools.product(wanted.widths, wanted.themes):
            context = looking.window(browser, width=width, dark=theme == "dark")
            page = context.new_page()
            if wanted.login:
                looking.sign_in(page, wanted.base, *wanted.login.split(":", 1))
            for path, language in itertools.product(wanted.paths, wanted.languages):
                address = f"/en{path}" if language == "en" else path
                seen = looking.look(page, wanted.base + address)
                page.screenshot(path=wanted.to / f"{name_of(path)}-{width}-{theme}-{language}.png", full_page=True)
                faults += len(seen.faults)
                print(f"{seen.status} {width} {theme} {address}  {'; '.join(seen.faults) or 'clean'}")  # noqa: T201
            context.close()
    print(f"{faults} faults; pictures in {wanted.to}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
