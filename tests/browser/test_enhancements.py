"""What scripts add, and what the keyboard needs."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import sign_in


def test_failed_form_puts_the_focus_on_the_summary(portal, window):
    page = window().new_page()
    page.goto(f"{portal.url}/accounts/signup/")
    page.fill("[name=email]", "không phải địa chỉ")

    page.click("main form button")

    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Lỗi: ")
    page.click(".error-summary a >> nth=0")
    expect(page.locator("[name=email]")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value("không phải địa chỉ")


def test_theme_is_remembered_and_written_by_the_server(portal, window):
    page = window().new_page()
    page.goto(portal.url)

    page.click("[data-theme-toggle]")
    page.goto(f"{portal.url}/accounts/login/")

    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_skip_link_comes_first(portal, window):
    page = window().new_page()
    page.goto(portal.url)

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_refused_upload_is_told_on_the_page_without_leaving_it(portal, window):
    page = window().new_page()
    sign_in(page, portal.url, portal.demonstration.login("steward"), portal.demonstration.password)
    page.goto(f"{portal.url}/register/")
    page.click("form[action$='/register/start/'] button")
    page.goto(page.url.replace("/1/", "/file/"))

    page.set_input_files(
        "[name=upload]", {"name": "bao-cao.csv", "mimeType": "text/csv", "buffer": b"%PDF-1.7 no table"}
    )
    page.click("form[data-upload] button.big")

    expect(page.locator(".error-summary")).to_contain_text("PDF")
    assert portal.faults(page) == []


def test_enter_in_a_field_never_takes_something_away(portal, window):
    page = window().new_page()
    sign_in(page, portal.url, portal.demonstration.login("steward"), portal.demonstration.password)
    page.goto(f"{portal.url}/register/")
    page.click("form[action$='/register/start/'] button")
    page.goto(page.url.replace("/1/", "/3-papers/"))
    page.select_option("[name=claim]", "origin")
    page.set_input_files(
        "[name=upload]", {"name": "quyet-dinh.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
    )
    page.click("main form:has([name=upload]) button")
    expect(page.locator(".tasks")).to_contain_text("quyet-dinh.pdf")

    default = page.evaluate("document.querySelector('[name=claim]').form.querySelector('button').formAction")

    assert default.endswith("/3-papers/")


@pytest.fixture
def first_page(portal, window):
    """The first page of a new registration, and what the browser asked so far."""
    page = window().new_page()
    sign_in(page, portal.url, portal.demonstration.login("steward"), portal.demonstration.password)
    page.goto(f"{portal.url}/register/")
    page.click("form[action$='/register/start/'] button")
    return page


def test_leaving_a_page_with_unsaved_answers_is_asked_about_and_one_without_is_not(first_page):
    asked = []
    first_page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    here = first_page.url
    first_page.reload()
    assert asked == []

    first_page.fill("[name=title_vi]", "Tên đang gõ dở")
    first_page.click("a.back", no_wait_after=True)

    expect(first_page.locator("[name=title_vi]")).to_have_value("Tên đang gõ dở")
    assert (asked, first_page.url) == (["beforeunload"], here)


def test_a_refused_page_survives_reload_and_back_with_what_was_typed(portal, first_page):
    first_page.on("dialog", lambda dialog: dialog.accept())
    summary = first_page.locator("[name=summary_vi]")
    summary.fill("Mô tả đã gõ")
    first_page.click("main form button.big")
    expect(first_page.locator(".error-summary")).to_be_visible()

    assert first_page.reload().status == 200
    expect(summary).to_have_value("Mô tả đã gõ")
    first_page.goto(f"{portal.url}/register/")
    assert first_page.go_back().status == 200
    expect(summary).to_have_value("Mô tả đã gõ")

    first_page.fill("[name=title_vi]", "Tên bảng")
    summary.fill("Mô tả cuối cùng")
    first_page.check("[name=kind][value=statistics]")
    first_page.click("main form button.big")
    first_page.wait_for_url("**/1-details/")
    first_page.go_back()
    expect(summary).to_have_value("Mô tả cuối cùng")
