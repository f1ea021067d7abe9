"""Signs of personal data: found by name and by content, never shown."""

import pytest

PEOPLE = ["Nguyễn Văn An", "Trần Thị Bình", "LÊ HOÀNG CƯỜNG", "Ông Phạm Minh Đức", "Bà Vũ Thu Hà", "Huỳnh Ngọc Lan"]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (["001203000123", "079199004567", "048085001234"], "personal_id"),
        (["0912345678", "0987 654 321", "+84 33 123 4567"], "phone"),
        (["an.nguyen@example.vn", "b@c.com", "x_y@mail.example.org"], "email"),
        (PEOPLE, "person_name"),
        (["12 Nguyễn Du, Hà Nội", "Số 5 Lê Lợi, Huế", "27/3 Trần Phú, phường 2"], "address"),
        (["8012345677", "8024691343", "8037037018"], "tax_code_person"),
    ],
)
def test_content_of_a_column_gives_it_away(columns, values, code):
    found = columns("x|y\n" + "".join(f"{value}|{i}\n" for i, value in enumerate(values)))["x"]

    assert found["suspected"] == code
    assert found["suspected_by"] == "content"
    assert found["suspected_share"] > 0.5


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Số CCCD", "personal_id"),
        ("SĐT", "phone"),
        ("Thư điện tử", "email"),
        ("Ngày sinh", "birth_date"),
        ("nam_sinh", "birth_date"),
        ("Họ và tên", "person_name"),
        ("nguoi_do", "person_name"),
        ("Địa chỉ", "address"),
        ("mst_ca_nhan", "tax_code_person"),
    ],
)
def test_name_of_a_column_gives_it_away(columns, name, code):
    found = next(iter(columns(f"{name};v\nx1;1\nx2;2\n").values()))

    assert (found["suspected"], found["suspected_by"]) == (code, "name")


@pytest.mark.parametrize(
    "values",
    [
        ["Hà Nội", "Cao Bằng", "Lâm Đồng", "Hà Giang", "Thái Nguyên", "Quảng Nam", "Đà Nẵng", "Huế", "Vĩnh Long"],
        ["phường Kiến Hưng", "xã Yên Nghĩa", "phường Lê Lợi"],
        ["123456789012", "987654321098", "555555555555"],
        ["0100109106", "0101243150", "0301825452"],
        ["Trường tiểu học Nguyễn Du", "Trường THCS Trần Phú"],
        ["2024", "2025", "2026"],
        ["1234567.5", "7654321.25"],
    ],
)
def test_ordinary_columns_are_not_suspected(columns, values):
    found = columns("x|y\n" + "".join(f"{value}|{i}\n" for i, value in enumerate(values)))["x"]

    assert found["suspected"] == ""


def test_a_few_hits_below_the_rate_are_not_enough(columns):
    text = "x;y\n" + "".join(f"ghi chú {i};{i}\n" for i in range(99)) + "gọi 0912345678;1\n"

    assert columns(text)["x"]["suspected"] == ""
    assert columns(text, pii_rate=0.01)["x"]["suspected"] == "phone"


def test_values_of_suspected_columns_never_leave_the_reader(told):
    answer = told("Họ tên;điểm\n" + "".join(f"{name};{i}\n" for i, name in enumerate(PEOPLE)))

    assert not any(part in str(answer) for name in PEOPLE for part in name.split()[1:])
    assert answer["candidates"]["columns"] == ["điểm"]
    assert answer["sample"][1]["cells"] == ["•••", "0"]


def test_explained_columns_are_shown_and_declared_ones_hidden(told):
    text = "Địa chỉ;ghi chú\n12 Nguyễn Du;mật\n5 Lê Lợi;mật\n"

    shown = told(text, shown=["Địa chỉ"], hidden=["ghi chú"])

    assert shown["candidates"] == {"columns": ["Địa chỉ"], "rows": [["12 Nguyễn Du"], ["5 Lê Lợi"]]}
    assert shown["columns"][0]["example"] == "12 Nguyễn Du"
    assert "mật" not in str(shown)
