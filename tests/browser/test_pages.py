"""Public and account pages in a real browser: policy, accessibility, width, theme, both languages, no scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.looking import look, sign_in, window
from tests.factories.accounts import PASSWORD, UserFactory

PAGES = ["/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/no-such-page/"]
VIEWS = [(360, False), (360, True), (1280, False), (1280, True)]
pytestmark = pytest.mark.django_db(transaction=True)


def faults(sights):
    """What must not be seen, by address."""
    return {sight.url: sight.faults for sight in sights if sight.faults}


def test_public_pages_are_clean_in_every_width_theme_and_language(live_server, browser):
    seen = []
    for width, dark in VIEWS:
        context = window(browser, width=width, dark=dark)
        tab = context.new_page()
        seen += [look(tab, live_server.url + prefix + path) for prefix in ("", "/en") for path in PAGES]
        context.close()

    assert faults(seen) == {}
    assert [sight.status for sight in seen] == [200, 200, 200, 200, 404] * 2 * len(VIEWS)


def test_pages_of_a_signed_in_person_are_clean(live_server, browser):
    person = UserFactory()
    paths = ["/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/", "/unsent/"]
    seen = []
    for width in (360, 1280):
        context = window(browser, width=width)
        tab = context.new_page()
        sign_in(tab, live_server.url, person.email, PASSWORD)
        seen += [look(tab, live_server.url + path) for path in paths]
        context.close()

    assert faults(seen) == {}


def test_failed_form_puts_the_focus_on_the_summary(live_server, browser):
    context = window(browser)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/signup/")
    page.fill("[name=email]", "không phải địa chỉ")

    page.click("main form button")

    expect(page.locator(".error-summary")).to_be_focused()
    assert page.title().startswith("Lỗi: ")
    page.click(".error-summary a >> nth=0")
    expect(page.locator("[name=email]")).to_be_focused()
    expect(page.locator("[name=email]")).to_have_value("không phải địa chỉ")
    context.close()


def test_theme_is_remembered_and_written_by_the_server(live_server, browser):
    context = window(browser)
    page = context.new_page()
    page.goto(live_server.url)

    page.click("[data-theme-toggle]")
    page.goto(f"{live_server.url}/accounts/login/")

    assert page.locator("html").get_attribute("data-theme") == "dark"
    context.close()


def test_everything_works_without_scripts(live_server, browser):
    person = UserFactory()
    context = window(browser, width=360, scripts=False)
    page = context.new_page()

    sign_in(page, live_server.url, person.email, PASSWORD)
    page.click(".masthead summary:visible")
    page.click(".menu-panel form button:visible >> nth=-1")

    assert page.url == f"{live_server.url}/"
    page.goto(f"{live_server.url}/accounts/email/")
    assert "/accounts/login/" in page.url
    context.close()


def test_skip_link_comes_first(live_server, browser):
    context = window(browser)
    page = context.new_page()
    page.goto(live_server.url)

    page.keyboard.press("Tab")

    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    context.close()
