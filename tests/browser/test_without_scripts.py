"""Everything works without scripts: signing in and out, a registration, a file, a decision."""

import re

from playwright.sync_api import expect

from accounts.verification.models import VerificationCase
from catalog.assets.models import Revision
from catalog.datasets.models import DataFile
from exchange.jobs.testing import run_jobs
from tests.browser.looking import sign_in

TABLE = "Tỉnh;Dân số (nghìn người)\nHà Nội;8093,9\nĐà Nẵng;1134,3\nHuế;1128,6\n".encode()


def signed_in(portal, window, role, **wanted):
    """A page of a browser that runs no scripts."""
    page = window(scripts=False, **wanted).new_page()
    sign_in(page, portal.url, portal.demonstration.login(role), portal.demonstration.password)
    return page


def test_a_person_signs_in_and_out(portal, window):
    page = signed_in(portal, window, "buyer", width=360)
    page.click(".masthead summary:visible")
    page.click(".menu-panel form button:visible >> nth=-1")

    assert page.url == f"{portal.url}/"
    page.goto(f"{portal.url}/accounts/email/")
    assert "/accounts/login/" in page.url


def test_a_registration_keeps_what_was_typed_and_its_file(portal, window):
    page = signed_in(portal, window, "steward", width=360)
    page.goto(f"{portal.url}/register/")
    page.click("form[action$='/register/start/'] button")
    number = re.search(r"D-\d{4}-\d+", page.url)[0]
    page.fill("[name=title_vi]", "Dân số ba thành phố")
    page.click("main form button.big")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=title_vi]")).to_have_value("Dân số ba thành phố")
    page.click("[name=draft]")
    page.goto(f"{portal.url}/register/{number}/file/")

    page.set_input_files("[name=upload]", {"name": "dan-so.csv", "mimeType": "text/csv", "buffer": TABLE})
    page.click("form[data-upload] button.big")
    run_jobs()
    page.click("a.btn.big")
    page.click("form[action$='/file/reading/'] button.big")
    page.click("details:has([name=c1-label_vi]) > summary")
    page.fill("[name=c1-label_vi]", "Địa phương")
    page.click("main form button.big")
    page.goto(f"{portal.url}/register/{number}/file/preview/")
    page.check("[name=shown][value=on]")
    page.click("details:has([name=rows]) > summary")
    page.check("[name=rows][value='2']")
    page.click("main form button.big")

    assert Revision.objects.get(asset__number=number).title_vi == "Dân số ba thành phố"
    file = DataFile.objects.get(revision__asset__number=number)
    assert [row["Tỉnh"] for row in file.preview_rows] == ["Đà Nẵng"]
    assert list(file.columns.order_by("position").values_list("label_vi", "unit")) == [
        ("Địa phương", ""),
        ("Dân số", "nghìn người"),
    ]


def test_a_decision_is_taken_and_its_refusal_kept(portal, window):
    case = VerificationCase.objects.get(state="in_review")
    page = signed_in(portal, window, "reviewer")
    page.goto(f"{portal.url}/admin/accounts/verificationcase/{case.pk}/change/")

    page.check("[name=decision][value=return]")
    page.fill("[name=text]", "Thiếu trang 2 của giấy chứng nhận.")
    page.click(".c-submit button")

    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.locator("[name=text]")).to_have_value("Thiếu trang 2 của giấy chứng nhận.")
    expect(page.locator("[name=decision][value=return]")).to_be_checked()
    page.select_option("[name='reason_code.return']", "missing_document")
    page.click(".c-submit button")
    expect(page.locator(".messagelist .success")).to_be_visible()
    case.refresh_from_db()
    assert case.state == "returned"
