"""Pages of the file step."""

import pytest
from django.urls import reverse

from catalog.assets.states import RevisionState
from catalog.datasets import services
from catalog.datasets.models import DataFile
from catalog.datasets.states import ReadingState
from exchange.jobs.testing import run_jobs
from tests.catalog.datasets.conftest import PEOPLE, TABLE, current, fields, upload
from tests.factories.accounts import MembershipFactory, StaffAppointmentFactory
from tests.factories.catalog import CSV, RevisionFactory

pytestmark = pytest.mark.django_db
PAGES = [
    "file-step",
    "file-upload",
    "file-wait",
    "file-retry",
    "file-remove",
    "reading-confirm",
    "reading-correct",
    "dictionary-edit",
    "dictionary-export",
    "dictionary-import",
    "preview-choose",
]
HOSTILE = (
    "<script>alert(1)</script>;=cmd|' /C calc'!A1;ghi chú\n"
    '<img src=x onerror=alert(2)>;=HYPERLINK("http://x");</td><b>\n'
    "{{ settings.SECRET_KEY }};@SUM(A1);{% load x %}\n"
)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("who", "status"), [("nobody", 302), ("stranger", 404), ("colleague", 403), ("reviewer", 404)])
def test_every_page_is_for_the_owners_steward(client, confirmed, membership, address, name, who, status):
    confirmed()
    person = {
        "nobody": lambda: None,
        "stranger": lambda: MembershipFactory().user,
        "colleague": lambda: MembershipFactory(organisation=membership.organisation, roles=["buyer"]).user,
        "reviewer": lambda: StaffAppointmentFactory().user,
    }[who]()
    if person:
        client.force_login(person)

    response = client.get(address(name))

    assert response.status_code == status


@pytest.mark.parametrize("name", PAGES)
def test_sent_registration_leads_back_to_the_asset(page, confirmed, revision, address, name):
    confirmed()
    type(revision).objects.filter(pk=revision.pk).update(state=RevisionState.SUBMITTED)

    response = page.get(address(name))

    assert response.status_code == 302
    assert response.url == revision.asset.get_absolute_url()


@pytest.mark.parametrize(
    ("state", "place"),
    [
        (None, "file-upload"),
        ("waiting", "file-wait"),
        ("reading", "file-wait"),
        ("failed", "file-wait"),
        ("read", "reading-confirm"),
        ("confirmed", "dictionary-edit"),
    ],
)
def test_step_leads_to_the_page_of_the_present_stage(page, attached, address, state, place):
    if state:
        attached()
        DataFile.objects.update(state=state, failure="died" if state == "failed" else "")

    assert page.get(address("file-step")).url == address(place)


@pytest.mark.parametrize("name", ["reading-confirm", "dictionary-edit", "preview-choose", "file-wait", "file-remove"])
def test_page_of_another_stage_leads_to_the_right_one(page, address, name):
    assert page.get(address(name)).url == address("file-upload")


def test_way_from_upload_to_the_next_step(page, revision, reader_here, address):
    start = page.get(address("file-upload"))
    assert start.status_code == 200

    sent = page.post(address("file-upload"), {**fields(start), "upload": upload()})
    assert sent.url == address("file-wait")
    waiting = page.get(sent.url)
    assert "data-wait" in waiting.content.decode()

    run_jobs()
    assert page.get(sent.url).url == address("reading-confirm")

    reading = page.get(address("reading-confirm"))
    text = reading.content.decode()
    assert "độ mặn (g/l)" in text
    assert "66,7%" in text
    assert "01/02/2026" in text
    confirmed = page.post(address("reading-confirm"), fields(reading, "confirm"))
    assert confirmed.url == address("dictionary-edit")

    dictionary = page.get(confirmed.url)
    saved = page.post(confirmed.url, {**fields(dictionary), "c1-label_vi": "Mã trạm quan trắc"})
    onwards = reverse("catalog:register-step", kwargs={"number": revision.asset.number, "step": "3"})
    assert saved.url == onwards

    preview = page.get(address("preview-choose"))
    done = page.post(address("preview-choose"), {**fields(preview), "shown": "on", "rows": ["1", "3"]})
    assert done.url == onwards
    file = current(revision)
    assert [row["mã trạm"] for row in file.preview_rows] == ["001", "003"]
    assert file.columns.get(position=1).label_vi == "Mã trạm quan trắc"
    revision.refresh_from_db()
    assert 2 in revision.steps_done


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.csv", "Tệp"),
        (b"%PDF-1.7 x", "bao-cao.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", ".xls"),
        (b"a,b\n1,2\n", "a.xlsx", ".csv"),
    ],
)
def test_refused_upload_comes_back_with_a_sentence(page, revision, address, content, name, word):
    start = page.get(address("file-upload"))

    response = page.post(address("file-upload"), {**fields(start), "upload": upload(content, name)})

    assert response.status_code in (409, 422)
    assert word in "".join(response.context["form"].errors["upload"])
    assert not DataFile.objects.exists()


def test_upload_without_a_file_says_what_to_do(page, address):
    response = page.post(address("file-upload"), fields(page.get(address("file-upload"))))

    assert response.status_code == 422
    assert response.context["form"].errors["upload"]


def test_upload_from_a_stale_page_asks_to_choose_the_file_once_more(page, revision, address):
    start = page.get(address("file-upload"))
    type(revision).objects.update(version=revision.version + 3)

    response = page.post(address("file-upload"), {**fields(start), "upload": upload()})
    again = page.post(address("file-upload"), {**fields(response), "upload": upload()})

    assert response.status_code == 409
    assert again.url == address("file-wait")


def test_double_click_uploads_once(page, revision, reader_here, address):
    start = fields(page.get(address("file-upload")))

    page.post(address("file-upload"), {**start, "upload": upload()})
    page.post(address("file-upload"), {**start, "upload": upload()})

    assert DataFile.objects.count() == 1


def test_failed_reading_shows_why_and_offers_another_try(page, attached, address):
    attached("a;b\n1;\x002\n")

    shown = page.get(address("file-wait"))
    retried = page.post(address("file-retry"), fields(shown))

    assert "Dòng 2" in shown.content.decode()
    assert retried.url == address("file-wait")
    assert current_state() == ReadingState.WAITING


def current_state() -> str:
    """State of the only reading there is."""
    return DataFile.objects.current().get().state


def test_retry_pressed_twice_does_no_harm(page, attached, address):
    attached("a;b\n")
    data = fields(page.get(address("file-wait")))

    first = page.post(address("file-retry"), data)
    second = page.post(address("file-retry"), data)

    assert first.url == second.url == address("file-wait")


def test_correction_is_read_again_and_confirmed_reading_shows_no_sample(page, attached, revision, address):
    attached("báo cáo;2026\nmã;giá trị\n1;2\n3;4\n")
    reading = page.get(address("reading-confirm"))
    data = fields(reading, "corrections") | {"skip_rows": "1", "header_rows": "1"}

    response = page.post(address("reading-correct"), data)
    assert response.url == address("file-wait")
    run_jobs()

    again = page.get(address("reading-confirm"))
    page.post(address("reading-confirm"), fields(again, "confirm"))
    confirmed = page.get(address("reading-confirm"))
    assert [row["column"].name for row in again.context["results"]] == ["mã", "giá trị"]
    assert again.context["sample"] != []
    assert confirmed.context["sample"] == []


def test_decimal_mark_is_asked_where_numbers_can_be_read_in_two_ways_and_kept(page, attached, revision, address):
    attached("v;n\n105.838;1\n21.028;2\n")
    reading = page.get(address("reading-confirm"))
    assert current(revision).columns.get(position=1).minimum == "21.028"

    page.post(address("reading-correct"), fields(reading, "corrections") | {"decimal": "comma"})
    run_jobs()

    assert current(revision).columns.get(position=1).minimum == "21028"
    again = page.get(address("reading-confirm"))
    assert again.context["corrections"].initial["decimal"] == "comma"
    page.post(address("reading-confirm"), fields(again, "confirm"))
    dictionary = fields(page.get(address("dictionary-edit")))
    page.post(address("dictionary-edit"), dictionary | {"c2-is_key": "on", "draft": "1"})
    run_jobs()
    assert current(revision).candidates["rows"][0] == ["105.838", "1"]
    assert current(revision).columns.get(position=1).type == "integer"


def test_decimal_mark_is_not_asked_where_every_number_is_clear(page, attached, address):
    attached()

    response = page.get(address("reading-confirm"))

    assert "decimal" not in response.context["corrections"].fields
    assert "“-”, “..”, “…”" in response.content.decode()


def test_same_file_of_the_organisation_is_pointed_out_with_a_link(page, attached, revision, address):
    same = RevisionFactory(asset__owner=revision.asset.owner, registered=True)
    RevisionFactory(complete=True)
    attached(CSV, "lai.csv")

    response = page.get(address("reading-confirm"))

    assert response.context["same"] == same.asset
    assert f'href="{same.asset.get_absolute_url()}"' in response.content.decode()
    type(same).objects.filter(pk=same.pk).update(state=RevisionState.DISCARDED)
    assert page.get(address("reading-confirm")).context["same"] is None


def test_tab_can_be_chosen_as_separator(page, attached, revision, address):
    attached("a,b\tc,d\n1,2\t3,4\n1,2\t3,4\n")
    data = fields(page.get(address("reading-confirm")), "corrections") | {"separator": "comma"}

    page.post(address("reading-correct"), data)

    assert current(revision).given == {"separator": ","}
    run_jobs()
    data = fields(page.get(address("reading-confirm")), "corrections") | {"separator": "tab"}
    page.post(address("reading-correct"), data)
    assert current(revision).given == {"separator": "\t"}


def test_wrong_correction_comes_back_as_typed(page, attached, address):
    attached()
    data = fields(page.get(address("reading-confirm")), "corrections") | {"header_rows": "hai"}

    response = page.post(address("reading-correct"), data)

    assert response.status_code == 422
    assert 'value="hai"' in response.content.decode()


def test_stale_confirmation_is_refused_and_the_next_one_goes_through(page, attached, revision, address):
    attached()
    data = fields(page.get(address("reading-confirm")), "confirm")
    type(revision).objects.update(version=data["version"] + 1)

    refused = page.post(address("reading-confirm"), data)
    accepted = page.post(address("reading-confirm"), fields(refused, "confirm"))

    assert refused.status_code == 409
    assert accepted.url == address("dictionary-edit")


def test_preview_with_too_many_rows_is_refused(page, confirmed, revision, address):
    confirmed("a;b\n" + "".join(f"{i};x\n" for i in range(30)))
    data = fields(page.get(address("preview-choose"))) | {"shown": "on", "rows": [str(i) for i in range(1, 23)]}

    response = page.post(address("preview-choose"), data)

    assert response.status_code == 422
    assert response.content.decode().count(" checked") >= 22
    assert current(revision).preview_rows == []


@pytest.mark.parametrize("was_on", [False, True])
def test_rows_ticked_beside_no_rows_are_refused_with_their_ticks(page, confirmed, steward, revision, address, was_on):
    file = confirmed()
    services.choose_preview(file_id=file.pk, is_on=was_on, rows=[1], actor=steward)
    before = current(revision).preview_rows
    data = fields(page.get(address("preview-choose"))) | {"shown": "off", "rows": ["2", "3"]}

    response = page.post(address("preview-choose"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["shown"]
    assert [row["number"] for row in response.context["rows"] if row["is_chosen"]] == [2, 3]
    assert (current(revision).preview_on, current(revision).preview_rows) == (was_on, before)


def test_preview_that_is_turned_off_keeps_no_rows(page, confirmed, steward, revision, address):
    file = confirmed()
    services.choose_preview(file_id=file.pk, is_on=True, rows=[1], actor=steward)
    data = fields(page.get(address("preview-choose"))) | {"shown": "off"}

    page.post(address("preview-choose"), data)

    assert (current(revision).preview_on, current(revision).preview_rows) == (False, [])


@pytest.mark.parametrize("name", ["reading-confirm", "dictionary-edit", "dictionary-export", "preview-choose"])
def test_names_of_persons_stand_on_no_page(page, confirmed, address, name):
    confirmed(PEOPLE)

    text = page.get(address(name)).content.decode()

    assert "họ tên" in text
    assert "Nguyễn Văn" not in text
    assert "Thị Bình" not in text


def test_sample_before_confirmation_hides_persons_too(page, attached, address):
    attached(PEOPLE)

    text = page.get(address("reading-confirm")).content.decode()

    assert "•••" in text
    assert "Thị Bình" not in text


def test_markup_and_formulas_of_a_file_stay_inert(page, attached, steward, address):
    file = attached(HOSTILE)
    reading = page.get(address("reading-confirm")).content.decode()
    services.confirm_reading(file_id=file.pk, reading={}, actor=steward)
    pages = [reading, *(page.get(address(name)).content.decode() for name in ("dictionary-edit", "preview-choose"))]

    for text in pages:
        assert "<script>alert(1)" not in text
        assert "<img src=x" not in text
        assert "tests-only" not in text
    assert "&lt;script&gt;alert(1)" in reading
    exported = page.get(address("dictionary-export")).content.decode()
    assert "'=cmd|" in exported


@pytest.mark.parametrize("name", ["file-upload", "reading-confirm", "dictionary-edit", "preview-choose", "file-wait"])
def test_pages_ask_few_questions_of_the_database(
    page, attached, confirmed, address, name, django_assert_max_num_queries
):
    confirmed("\n".join(";".join(f"{r}{c}" for c in "abcdefghij") for r in range(30)) + "\n")
    if name == "file-wait":
        DataFile.objects.update(state=ReadingState.READING)
    page.get(address(name))

    with django_assert_max_num_queries(12):
        assert page.get(address(name)).status_code == 200


def test_pages_read_in_english_too(page, attached, address):
    attached(PEOPLE)

    text = page.get(f"/en{address('reading-confirm')}").content.decode()

    assert "How we read your file" in text
    assert "May hold names of persons" in text


def test_table_shown_before_upload_survives_a_file_of_old_windows(page, reader_here, revision, address):
    content = "ma;ten\n1;Hà Nội\n".encode("cp1258", "ignore")
    page.post(address("file-upload"), {**fields(page.get(address("file-upload"))), "upload": upload(content, "cu.csv")})
    run_jobs()

    response = page.get(address("reading-confirm"))

    assert response.status_code == 200
    assert TABLE not in response.content.decode()
