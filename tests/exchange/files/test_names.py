"""Names people give to files: labels only, whatever is in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.common.errors import DomainError
from exchange.files.kinds import evidence_media_type
from exchange.files.names import ascii_name, clean_name, ending
from tests.factories.exchange import JPEG, PDF, PNG


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Dân số 2025.csv", "Dân số 2025.csv"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\An\hồ sơ.pdf", "hồ sơ.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x\x00y\n.pdf", "xy_.pdf"),
        ("...", "file"),
        ("", "file"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("Da\u0302n so\u0302\u0301.csv", "Dân số.csv"),
    ],
)
def test_name_keeps_its_words_and_loses_its_tricks(given_name, kept):
    assert clean_name(given_name) == kept


def test_long_name_keeps_its_ending():
    kept = clean_name("ă" * 300 + ".xlsx")

    assert len(kept) == 120
    assert kept.endswith("ă.xlsx")


@given(st.text(max_size=300))
def test_no_name_can_leave_its_place_or_break_a_header(text):
    for name in (clean_name(text), ascii_name(clean_name(text))):
        assert name
        assert len(name) <= 120
        assert not set(name) & set('/\\"\r\n\x00')
        assert name not in {".", ".."}
    assert ascii_name(clean_name(text)).isascii()


def test_plain_form_of_a_vietnamese_name():
    assert ascii_name("Số hợp tác xã (Đắk Lắk).CSV") == "so hop tac xa _dak lak.csv"
    assert ending("Báo cáo.PDF") == ".pdf"
    assert ending("no ending") == ""


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("a.pdf", PDF, "application/pdf"), ("a.PNG", PNG, "image/png"), ("a.jpeg", JPEG, "image/jpeg")],
)
def test_evidence_is_known_by_its_content(name, content, media_type):
    assert evidence_media_type(name, content[:16]) == media_type


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"<html><script>", "evidence_kind_refused"),
        ("a.docx", b"PK\x03\x04" + bytes(12), "evidence_kind_refused"),
        ("a.pdf", b"MZ\x90\x00", "evidence_kind_refused"),
        ("a.png", PDF, "evidence_name_differs"),
        ("a", PDF, "evidence_name_differs"),
        ("a.pdf.exe", PDF, "evidence_name_differs"),
    ],
)
def test_other_content_or_a_false_name_is_refused(name, content, code):
    with pytest.raises(DomainError) as refusal:
        evidence_media_type(name, content[:16])

    assert refusal.value.code == code
