"""Pages of the dictionary: typed, given for many columns at once, sent out and brought back."""

import pytest

from catalog.assets.states import RevisionState
from catalog.datasets.models import Column
from tests.catalog.datasets.conftest import PEOPLE, current, fields, upload

pytestmark = pytest.mark.django_db


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
