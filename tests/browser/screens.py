"""The pictures of docs/screens.md, taken of a running demonstration; those of the design are made smaller beside them.

python -m tests.browser.screens http://127.0.0.1:8000 PASSWORD --design ../shared/design/shots
"""

import argparse
import base64
import re
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.browser import looking

FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
WIDE, TALL, QUALITY = 760, 2400, 0.62
# name: role's login, address, width, theme; words in braces are found on the way
SHOTS: dict[str, tuple[str, str, int, str]] = {
    "home": ("", "/", 1280, "light"),
    "home-phone-dark": ("", "/", 390, "dark"),
    "catalogue": ("", "/catalogue/?q=dan+so", 1280, "light"),
    "dataset": ("nguoi-mua.minhhoa", "/datasets/{priced}/", 1280, "light"),
    "register": ("can-bo-du-lieu.btc", "/register/{returned}/", 1280, "light"),
    "register-class": ("can-bo-du-lieu.btc", "/register/{returned}/4/", 1280, "light"),
    "register-dictionary": ("can-bo-du-lieu.btc", "/register/{returned}/file/dictionary/", 1280, "light"),
    "register-reading": ("can-bo-du-lieu.btc", "/register/{returned}/file/reading/", 1280, "light"),
    "register-access": ("can-bo-du-lieu.btc", "/register/{returned}/4-access/", 1280, "light"),
    "register-check": ("can-bo-du-lieu.btc", "/register/{returned}/7/", 1280, "light"),
    "certificate": ("", "/certificates/{certificate}/", 1280, "light"),
    "verification": ("chu-tai-khoan.vantai", "/organisation/verification/", 1280, "light"),
    "order-new": ("nguoi-mua.minhhoa", "/datasets/{priced}/order/", 1280, "light"),
    "contract": ("nguoi-ky.minhhoa", "/orders/{signing}/contract/", 1280, "light"),
    "pay": ("tai-chinh.minhhoa", "/orders/{paying}/payment/", 1280, "light"),
    "order": ("nguoi-mua.minhhoa", "/orders/{completed}/", 1280, "light"),
    "order-phone": ("nguoi-mua.minhhoa", "/orders/{paying}/", 390, "light"),
    "order-divided": ("nguoi-mua.minhhoa", "/orders/{divided}/", 1280, "light"),
    "dispute": ("chu-tai-khoan.vien", "/disputes/{dispute}/", 1280, "light"),
    "dispute-phone-dark": ("chu-tai-khoan.vien", "/disputes/{dispute}/", 390, "dark"),
    "transparency": ("", "/transparency/", 1280, "light"),
    "verify": ("", "/transparency/verify/?hash={leaf}", 1280, "light"),
    "console": ("kiem-duyet-1", "/admin/", 1280, "light"),
    "console-trade": ("kiem-duyet-1", "/admin/transactions/order/{held}/change/", 1280, "dark"),
    "console-dispute": ("kiem-duyet-1", "/admin/transactions/dispute/{quarrel}/change/", 1280, "light"),
    "console-balance": ("doi-soat", "/admin/transactions/account/", 1280, "light"),
    "console-story": ("doi-soat", "/admin/transactions/journal/story/{divided}/", 1280, "light"),
    "console-payouts": ("doi-soat", "/admin/transactions/payoutbatch/due/", 1280, "light"),
    "console-payout": ("doi-soat-2", "/admin/transactions/payoutbatch/{batch}/change/", 1280, "light"),
    "console-differences": ("doi-soat", "/admin/transactions/bankstatement/differences/", 1280, "dark"),
    "console-registration": ("kiem-duyet-1", "/admin/catalog/revision/{revision}/change/", 1280, "light"),
}
# the same stage as it was designed
DESIGN = {
    "home": "index-1280-light",
    "home-phone-dark": "index-390-dark",
    "catalogue": "catalogue-1280-light",
    "dataset": "dataset-full-1280-light",
    "register-class": "register-class-1280-light",
    "register-check": "register-review-1280-light",
    "verification": "org-status-1280-light",
    "contract": "checkout-contract-1280-light",
    "pay": "checkout-pay-1280-light",
    "order": "order-1280-light",
    "transparency": "transparency-1280-light",
    "console": "console-index-1280-light",
    "console-trade": "console-case-trade-1280-dark",
    "console-registration": "console-case-listing-1280-light",
}
DATASET, LEAF = r"/datasets/(D-[\d-]+)/", r"[?]hash=([0-9a-f]{64})"
SHRINK = """async ([data, wide, tall, quality]) => {
  const image = new Image(); image.src = data; await image.decode();
  const scale = Math.min(1, wide / image.width), canvas = document.createElement('canvas');
  canvas.width = image.width * scale; canvas.height = Math.min(image.height * scale, tall);
  const pen = canvas.getContext('2d'); pen.imageSmoothingQuality = 'high';
  pen.drawImage(image, 0, 0, canvas.width, image.height * scale);
  return canvas.toDataURL('image/webp', quality);
}"""


def shrunk(page: Page, png: bytes) -> bytes:
    """A picture as small WebP; the browser does it."""
    data = "data:image/png;base64," + base64.b64encode(png).decode()
    return base64.b64decode(page.evaluate(SHRINK, [data, WIDE, TALL, QUALITY]).partition(",")[2])


class Camera:
    """Windows of the people of the demonstration."""

    def __init__(self, browser: Browser, base: str, password: str) -> None:
        self.browser, self.base, self.password = browser, base, password
        self.tabs: dict[str, Page] = {}

    def tab(self, login: str) -> Page:
        """A tab of a person, signed in."""
        if login not in self.tabs:
            self.tabs[login] = looking.window(self.browser).new_page()
            if login:
                looking.sign_in(self.tabs[login], self.base, f"{login}@demo.example", self.password)
        return self.tabs[login]

    def find(self, login: str, path: str, link: str, near: str = "") -> str:
        """The first link of a page that fits, in a row with these words."""
        tab = self.tab(login)
        tab.goto(self.base + path)
        for anchor in tab.query_selector_all("tr a, li a, article a, main a"):
            found = re.search(link, anchor.get_attribute("href") or "")
            row = anchor.evaluate("e => (e.closest('tr, li, article') || e).innerText")
            if found and near in row:
                return found[1]
        raise LookupError(f"{path}: no link {link} near {near!r}")

    def take(self, name: str, names: dict[str, str]) -> bytes:
        """One picture."""
        login, path, width, theme = SHOTS[name]
        tab = self.tab(login)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=theme)
        tab.goto(self.base + path.format(**names))
        return tab.screenshot(full_page=True)


def names_of(camera: Camera) -> Iterator[tuple[str, str]]:
    """Numbers of records at the stages that are shown."""
    buyer, steward, reviewer = "nguoi-mua.minhhoa", "can-bo-du-lieu.btc", "kiem-duyet-1"
    order = r"/orders/([A-Z0-9]+)/$"
    yield "priced", camera.find("", "/catalogue/?price=one_off", DATASET)
    yield (
        "certificate",
        camera.find(steward, "/register/", r"/register/(D-[\d-]+)/$", "Đang niêm yết").replace("D", "CN"),
    )
    yield "returned", camera.find(steward, "/register/", r"/register/(D-[\d-]+)/$", "Yêu cầu bổ sung")
    yield "signing", camera.find(buyer, "/orders/", order, "Chờ ký")
    yield "paying", camera.find(buyer, "/orders/", order, "Chờ thanh toán")
    yield "completed", camera.find(buyer, "/orders/", order, "Sản lượng sản phẩm chăn nuôi")
    quarrelled = camera.find("chu-tai-khoan.vien", "/orders/", order, "Đang tranh chấp")
    yield "dispute", camera.find("chu-tai-khoan.vien", f"/orders/{quarrelled}/", r"/disputes/([\w-]+)/$")
    yield "leaf", camera.find("", "/datasets/" + camera.find("", "/catalogue/?price=one_off", DATASET) + "/", LEAF)
    yield "divided", camera.find(buyer, "/orders/", order, "Sản phẩm chủ yếu")
    yield "quarrel", camera.find(reviewer, "/admin/transactions/dispute/", r"/transactions/dispute/(\d+)/change/")
    batches = "/admin/transactions/payoutbatch/"
    yield "batch", camera.find("doi-soat-2", batches, r"/payoutbatch/(\d+)/change/", "Chờ người thứ hai")
    yield "held", camera.find(reviewer, "/admin/", r"/transactions/order/(\d+)/change/")
    yield "revision", camera.find(reviewer, "/admin/", r"/catalog/revision/(\d+)/change/")


def main() -> None:
    """Take all pictures and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the running demonstration, without a slash at the end")
    parser.add_argument("password", help="password of its logins")
    parser.add_argument("--design", type=Path, help="folder with the pictures of the design")
    wanted = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with looking.browser() as browser:
        camera, blank = Camera(browser, wanted.base, wanted.password), browser.new_page()
        names = dict(names_of(camera))
        for name in SHOTS:
            (FOLDER / f"{name}.webp").write_bytes(shrunk(blank, camera.take(name, names)))
        for name, drawn in DESIGN.items() if wanted.design else ():
            small = shrunk(blank, (wanted.design / f"{drawn}.png").read_bytes())
            (FOLDER / f"{name}-design.webp").write_bytes(small)
    print(sum(path.stat().st_size for path in FOLDER.glob("*.webp")), "bytes in all")  # noqa: T201


if __name__ == "__main__":
    main()
