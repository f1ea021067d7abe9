"""Pages of the file step."""

import pytest
from django.urls import reverse

from catalog.assets.states import RevisionState
from catalog.datasets import services
from catalog.datasets.models import Column, DataFile
from catalog.datasets.states import ReadingState
from exchange.jobs.testing import run_jobs
from tests.catalog.datasets.conftest import PEOPLE, TABLE, upload
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


@pytest.fixture
def address(revision):
    """The address of a page of the draft."""
    return lambda name: reverse(f"catalog:{name}", kwargs={"number": revision.asset.number})


@pytest.fixture
def page(client, membership):
    """A browser signed in as the steward."""
    client.force_login(membership.user)
    return client


def fields(response, form: str = "form") -> dict:
    """What the form of a page would post."""
    shown = response.context[form]
    data = {name: shown[name].value() for name in shown.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


def current(revision) -> DataFile:
    """The present file of the draft."""
    return DataFile.objects.current().get(revision=revision)


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


@pytest.mark.parametrize("what", ["replaced", "sent"])
def test_dictionary_of_a_file_that_is_gone_saves_nothing_and_shows_it_back(
    what, page, confirmed, attached, revision, address
):
    confirmed()
    data = fields(page.get(address("dictionary-edit")))
    if what == "replaced":
        attached("mã trạm;v\n1;2\n", "moi.csv")
    else:
        type(revision).objects.filter(pk=revision.pk).update(state=RevisionState.SUBMITTED)

    response = page.post(address("dictionary-edit"), {**data, "c2-label_vi": "Không được lưu"})

    assert response.status_code == 409
    assert response.context["rows"] == [{"label": "độ mặn (g/l): Ý nghĩa", "value": "Không được lưu"}]
    assert not Column.objects.filter(label_vi="Không được lưu").exists()
    assert page.post(address("dictionary-edit"), data).status_code == 302, "nothing was typed"


def test_stale_dictionary_keeps_what_was_typed(page, confirmed, revision, address):
    confirmed()
    data = fields(page.get(address("dictionary-edit"))) | {"c1-label_vi": "Mã trạm đo"}
    type(revision).objects.update(version=data["version"] + 1)

    refused = page.post(address("dictionary-edit"), data)
    assert refused.status_code == 409
    assert "Mã trạm đo" in refused.content.decode()

    page.post(address("dictionary-edit"), fields(refused))
    assert current(revision).columns.get(position=1).label_vi == "Mã trạm đo"


def test_wide_dictionary_is_paged_and_saved_page_by_page(page, confirmed, revision, address):
    names = [f"cot_so_{i}" for i in range(45)]
    confirmed(";".join(names) + "\n" + ";".join("1" for _ in names) + "\n")

    first = page.get(address("dictionary-edit"))
    assert len(first.context["groups"]) == 20
    second = page.post(address("dictionary-edit"), fields(first) | meanings(1, 20))
    assert second.url == f"{address('dictionary-edit')}?page=2"
    third = page.post(second.url, fields(page.get(second.url)) | meanings(21, 40))
    last = page.post(third.url, fields(page.get(third.url)) | meanings(41, 45))

    labels = current(revision).columns.order_by("position").values_list("label_vi", flat=True)
    assert list(labels) == [f"Nghĩa {i}" for i in range(1, 46)]
    assert last.url == f"/register/{revision.asset.number}/3/"


def meanings(first: int, last: int) -> dict[str, str]:
    """A meaning for each of these columns."""
    return {f"c{i}-label_vi": f"Nghĩa {i}" for i in range(first, last + 1)}


def test_column_without_a_meaning_is_marked_on_the_page_and_the_others_are_kept(page, confirmed, revision, address):
    confirmed("x;y\n1;2\n")
    data = fields(page.get(address("dictionary-edit"))) | {"c1-label_vi": "Nghĩa của x", "c2-label_vi": ""}

    response = page.post(address("dictionary-edit"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["c2-label_vi"]
    assert list(current(revision).columns.order_by("position").values_list("label_vi", flat=True)) == [
        "Nghĩa của x",
        "",
    ]
    again = page.post(address("dictionary-edit"), fields(response) | {"c2-label_vi": "Nghĩa của y"})
    assert again.url == f"/register/{revision.asset.number}/3/"
    revision.refresh_from_db()
    assert 2 in revision.steps_done


def test_column_nobody_said_of_whether_it_is_personal_is_marked_on_the_page(page, confirmed, revision, address):
    confirmed(PEOPLE)
    data = fields(page.get(address("dictionary-edit"))) | meanings(1, 2)

    response = page.post(address("dictionary-edit"), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["c1-is_personal"]
    assert current(revision).columns.get(position=1).label_vi == "Nghĩa 1"


def test_a_column_left_open_on_an_earlier_page_is_led_to_from_the_last_and_from_the_overview(
    page, confirmed, revision, address
):
    names = [f"cot_so_{i}" for i in range(1, 46)]
    confirmed(";".join(names) + "\n" + ";".join("1" for _ in names) + "\n")
    first, second, third = (f"{address('dictionary-edit')}?page={i}" for i in (1, 2, 3))
    page.post(first, fields(page.get(first)) | meanings(1, 20))
    page.post(second, fields(page.get(second)) | meanings(21, 40) | {"c23-label_vi": ""})

    last = page.post(third, fields(page.get(third)) | meanings(41, 45))

    where = f"{address('dictionary-edit')}?page=2#column-23"
    assert last.url == where
    shown = page.get(last.url)
    assert [(m.level_tag, "cot_so_23" in str(m)) for m in shown.context["messages"]] == [("warning", True)]
    assert 'id="column-23"' in shown.content.decode()
    overview = page.get(revision.asset.get_absolute_url()).content.decode()
    assert where in overview
    assert "cot_so_23" in overview


def test_personal_data_with_a_reason_why_not_is_refused_and_both_stay_on_the_page(page, confirmed, revision, address):
    confirmed(PEOPLE)
    both = {"c1-is_personal": "on", "c1-override_reason": "Tên nhân vật hư cấu"}
    before = current(revision).columns.values().get(position=1)

    response = page.post(
        address("dictionary-edit"), fields(page.get(address("dictionary-edit"))) | meanings(1, 2) | both
    )

    assert response.status_code == 409
    assert list(response.context["form"].errors) == ["c1-override_reason"]
    assert "Tên nhân vật hư cấu" in response.content.decode()
    assert current(revision).columns.values().get(position=1) == before


def test_one_unit_is_given_to_all_number_columns_without_their_own(page, confirmed, revision, address):
    confirmed("Tỉnh;Nam;Nữ;Tỷ lệ\nHà Nội;4003,1;4090,8;49,5\nHuế;559,2;569,4;49,6\n")
    data = fields(page.get(address("dictionary-edit"))) | {"unit_of_numbers": "nghìn người", "c4-unit": "%"}

    page.post(address("dictionary-edit"), data)

    units = current(revision).columns.order_by("position").values_list("unit", flat=True)
    assert list(units) == ["", "nghìn người", "nghìn người", "%"]


def test_a_common_unit_is_not_asked_for_where_a_heading_says_its_own(page, confirmed, address):
    confirmed("Tỉnh;Số dự án;Vốn (triệu USD)\nHà Nội;352;910,7\nHuế;12;44,5\n")

    form = page.get(address("dictionary-edit")).context["form"]

    assert form.initial["c3-unit"] == "triệu USD"
    assert "unit_of_numbers" not in form.fields


def test_numbers_that_can_be_read_in_two_ways_show_their_ends_beside_the_notice(page, confirmed, address):
    confirmed("Tỉnh;Số hộ\nHà Nội;1.234\nHuế;2.345\nĐà Nẵng;3.456\n")

    response = page.get(address("reading-confirm"))
    text = response.content.decode()

    assert [row["column"].name for row in response.context["ends"]] == ["Số hộ"]
    assert "Số hộ: từ 1,234 đến 3,456" in text, "read as decimals: the reader sees it at once"
    assert not response.context["is_doubtful"], "the figures of all columns stay folded"
    assert not response.context["has_blanks"]
    assert "được coi là không có giá trị" not in text


def test_dictionary_and_preview_opened_from_the_check_lead_back_to_it(page, confirmed, revision, address):
    confirmed()
    check = f"/register/{revision.asset.number}/7/"
    opened = page.get(address("dictionary-edit") + "?then=7")
    answers = fields(opened) | {f"c{position}-label_vi": "Ý nghĩa" for position in (1, 2, 3)}

    assert opened.context["wizard"]["back"] == check
    assert page.post(address("dictionary-edit") + "?then=7", answers).url == check
    chosen = fields(page.get(address("preview-choose") + "?then=7"))
    assert page.post(address("preview-choose") + "?then=7", chosen).url == check


def test_columns_whose_heading_says_it_are_a_line_and_those_that_lack_something_stand_open(page, confirmed, address):
    confirmed("Năm;v;Dân số (nghìn người)\n2025;1,5;7\n2026;2,5;8\n")

    response = page.get(address("dictionary-edit"))
    refused = page.post(address("dictionary-edit"), fields(response) | {"c1-unit": "x" * 90})

    assert [group["is_open"] for group in response.context["groups"]] == [False, True, False]
    assert [group["said"] for group in response.context["groups"]][2] == "Dân số; Số nguyên; nghìn người"
    assert refused.context["groups"][0]["is_open"] is True


def test_draft_of_the_dictionary_may_stay_incomplete(page, confirmed, revision, address):
    confirmed("x;y\n1;2\n")
    data = fields(page.get(address("dictionary-edit"))) | {"c1-label_vi": "", "draft": "1"}

    response = page.post(address("dictionary-edit"), data)

    assert response.url == revision.asset.get_absolute_url()
    revision.refresh_from_db()
    assert 2 not in revision.steps_done


def test_dictionary_goes_out_and_comes_back(page, confirmed, revision, address):
    confirmed()
    out = page.get(address("dictionary-export"))
    text = out.content.decode("utf-8-sig")
    assert out["Content-Disposition"].startswith("attachment")
    assert text.splitlines()[0] == "position,name,label_vi,label_en,type,unit,code_list,required,key,personal,reason"

    filled = text.replace("1,mã trạm,mã trạm,,text,,,0,0,0,", "1,mã trạm,Mã trạm,Station,text,,QĐ 19,1,x,0,")
    filled += "9,không có,x,,text,,,0,0,0,\r\n"
    data = fields(page.get(address("dictionary-import")))
    response = page.post(address("dictionary-import"), {**data, "upload": upload(filled, "tu-dien.csv")}, follow=True)

    kept = current(revision).columns.get(position=1)
    assert (kept.label_vi, kept.label_en, kept.code_list) == ("Mã trạm", "Station", "QĐ 19")
    assert (kept.is_required, kept.is_key) == (True, True)
    assert "không có" in response.content.decode()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a,b\n1,2\n", b"  ", b"name\n"])
def test_dictionary_that_cannot_be_used_is_refused(page, confirmed, address, content):
    confirmed()
    data = fields(page.get(address("dictionary-import")))

    response = page.post(address("dictionary-import"), {**data, "upload": upload(content, "tu-dien.csv")})

    assert response.status_code in (302, 422)


def test_type_that_does_not_fit_is_marked_at_its_field(page, confirmed, revision, address):
    confirmed()
    text = page.get(address("dictionary-export")).content.decode("utf-8-sig").replace("mã trạm,,text", "mã trạm,,date")
    data = fields(page.get(address("dictionary-import")))

    response = page.post(address("dictionary-import"), {**data, "upload": upload(text, "tu-dien.csv")})

    assert response.status_code == 409
    assert current(revision).columns.get(position=1).type == "text"


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
