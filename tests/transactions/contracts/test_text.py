"""The annex of a contract as plain words."""

import pytest

from transactions.contracts.text import annex, digest

FROZEN = {
    "request": {
        "purpose": "research",
        "territory": "VN",
        "storage_place": "VN",
        "use_description": "# Điều 1\nDùng cho {seller} và <b>nghiên cứu</b>",
    },
    "listing": {
        "number": "NY-2026-000001",
        "dataset": "D-2026-000001",
        "revision": 2,
        "certificate": "CN-2026-000001",
        "title_vi": "Lượng mưa",
        "title_en": "Rainfall",
    },
    "parties": {
        side: {
            "kind": "enterprise",
            "name_vi": f"Công ty {side}",
            "name_en": f"Company {side}",
            "tax_code": "0101243150",
            "agency_code": "",
            "personal_id_tail": "",
            "address": "1 Phố Huế",
            "province_vi": "Hà Nội",
            "province_en": "Ha Noi",
            "representative": "Người đại diện",
            "representative_title": "Giám đốc",
        }
        for side in ("buyer", "seller")
    },
    "file_sha256": "f" * 64,
    "content_hash": "c" * 64,
}
FIGURES = {"price": 144_900_000, "vat": 14_490_000, "total": 159_390_000, "vat_bp": 1_000}


def label(_list: str, code: str, language: str) -> str:
    return f"{code}-{language}"


def made(language: str = "vi", figures: dict = FIGURES, frozen: dict = FROZEN) -> str:
    return annex(frozen, "SDL2026000482K", "d" * 64, figures, language=language, label=label)


def test_vietnamese_annex_names_parties_figures_and_hashes():
    text = made()

    assert "Bên bán: Công ty seller, mã số thuế 0101243150. Địa chỉ: 1 Phố Huế, Hà Nội." in text
    assert "Đại diện: Người đại diện, Giám đốc." in text
    assert "Giá: 144.900.000 đồng. Thuế giá trị gia tăng (10%): 14.490.000 đồng. Bên mua trả: 159.390.000 đồng" in text
    assert f"tệp dữ liệu: {'f' * 64}" in text
    assert "không phải là chữ ký số" in text
    assert "bản tiếng Việt được áp dụng" in text
    assert "Mục đích sử dụng: research-vi" in text


def test_english_annex_says_the_same():
    text = made("en")

    assert "Seller: Company seller, tax code 0101243150." in text
    assert "Price: 144,900,000 dong. VAT (10 %): 14,490,000 dong. The buyer pays: 159,390,000 dong" in text
    assert "is not a digital signature" in text
    assert len(text.split("\n\n")) == len(made().split("\n\n"))


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"price": 0, "vat": 0, "total": 0, "vat_bp": None}, "được cấp miễn phí"),
        ({"price": 100, "vat": 0, "total": 100, "vat_bp": None}, "(không chịu thuế): 0 đồng"),
        ({"price": 100, "vat": 0, "total": 100, "vat_bp": 0}, "(0%): 0 đồng"),
        ({"price": 100, "vat": 8, "total": 108, "vat_bp": 850}, "(8,5%): 8 đồng"),
    ],
)
def test_price_line(figures, words):
    assert words in made(figures=figures)


def test_what_people_typed_stays_one_line_and_is_no_heading():
    lines = made().split("\n\n")

    assert sum(line.startswith("#") for line in lines) == 1
    assert "Bên mua mô tả việc sử dụng: Điều 1 Dùng cho {seller} và <b>nghiên cứu</b>" in lines


def test_a_person_is_named_by_the_tail_of_the_number_only():
    person = {**FROZEN["parties"]["buyer"], "tax_code": "", "personal_id_tail": "123", "representative": ""}
    text = made(frozen={**FROZEN, "parties": {**FROZEN["parties"], "buyer": person}})

    assert "số định danh cá nhân kết thúc bằng 123. Địa chỉ" in text


def test_digest_covers_every_face():
    whole = digest("vi", "en", {"a": 1})

    assert len({whole, digest("vj", "en", {"a": 1}), digest("vi", "em", {"a": 1}), digest("vi", "en", {"a": 2})}) == 4
    assert whole == digest("vi", "en", {"a": 1})
