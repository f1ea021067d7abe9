"""The file step in a real browser, from an upload to the preview: on a phone and a desk, with and without scripts."""

from pathlib import Path

import pytest

from catalog.datasets.models import DataFile
from exchange.jobs.testing import run_jobs
from tests.browser.looking import examine, look, sign_in, window
from tests.factories.accounts import PASSWORD, MembershipFactory
from tests.factories.catalog import AssetFactory, RevisionFactory

pytestmark = pytest.mark.django_db(transaction=True)
POPULATION = "Dân số trung bình phân theo địa phương, giới tính và thành thị nông thôn.csv"
TABLE = Path(__file__).resolve().parent.parent / "data" / "files" / POPULATION
SCHOOLS = TABLE.with_name("hcmc-schools-tieu-hoc-2019-2020.xlsx")


@pytest.fixture
def draft(db):
    """A steward and the address of the draft's file step."""
    steward = MembershipFactory(roles=["steward"])
    asset = AssetFactory(owner=steward.organisation, created_by=steward.user)
    RevisionFactory(asset=asset, title_vi="Dân số trung bình theo địa phương")
    return steward.user.email, f"/register/{asset.number}/file/"


@pytest.mark.parametrize(("width", "dark", "file"), [(360, False, TABLE), (1280, True, SCHOOLS)])
def test_every_page_of_the_file_step_is_clean(live_server, browser, draft, tmp_path, width, dark, file):
    login, path = draft
    context = window(browser, width=width, dark=dark)
    tab = context.new_page()
    sign_in(tab, live_server.url, login, PASSWORD)
    seen = [look(tab, live_server.url + path)]

    def shot(name: str) -> None:
        seen.append(examine(tab))
        tab.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)

    shot("upload")
    tab.set_input_files("[name=upload]", file)
    tab.click("form[data-upload] button.big")
    tab.wait_for_url("**/file/wait/")
    shot("wait")
    run_jobs()
    tab.wait_for_url("**/file/reading/")
    shot("reading")
    tab.click("details.card > summary")
    shot("correct")
    tab.click("form[action$='/file/reading/'] button.big")
    tab.wait_for_url("**/file/dictionary/")
    shot("dictionary")
    run_jobs()
    for address in ("dictionary/import/", "preview/", "remove/"):
        seen.append(look(tab, live_server.url + path + address))
        tab.screenshot(path=tmp_path / f"{address.strip('/').replace('/', '-')}-{width}.png", full_page=True)
    context.close()

    assert {sight.url: sight.faults for sight in seen if sight.faults} == {}
    assert {sight.status for sight in seen} == {200}


def test_file_step_works_without_scripts(live_server, browser, draft):
    login, path = draft
    context = window(browser, width=360, scripts=False)
    tab = context.new_page()
    sign_in(tab, live_server.url, login, PASSWORD)
    tab.goto(live_server.url + path)

    tab.set_input_files("[name=upload]", TABLE)
    tab.click("form[data-upload] button.big")
    run_jobs()
    tab.click("a.btn.big")
    tab.click("form[action$='/file/reading/'] button.big")
    tab.fill("[name=c1-label_vi]", "Địa phương")
    tab.click("main form button.big")
    tab.check("[name=shown][value=on]")
    tab.check("[name=rows][value='3']")
    tab.click("main form button.big")

    file = DataFile.objects.get()
    assert file.preview_rows[0]["cot_1"] == "Hà Nội"
    assert file.columns.get(position=1).label_vi == "Địa phương"
    context.close()


def test_refused_upload_is_told_on_the_page_without_leaving_it(live_server, browser, draft, tmp_path):
    login, path = draft
    paper = tmp_path / "bao-cao.csv"
    paper.write_bytes(b"%PDF-1.7 no table")
    context = window(browser)
    tab = context.new_page()
    sign_in(tab, live_server.url, login, PASSWORD)
    tab.goto(live_server.url + path)

    tab.set_input_files("[name=upload]", paper)
    tab.click("form[data-upload] button.big")
    tab.wait_for_selector(".error-summary")

    assert "PDF" in tab.inner_text(".error-summary")
    assert examine(tab).faults == []
    context.close()
