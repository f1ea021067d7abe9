"""Alphabets: what old Vietnamese files are written in."""

import unicodedata

import pytest

from catalog.datasets.reader import alphabets
from catalog.datasets.reader.refusal import Refused

TEXT = (
    "mã;tên đơn vị;ghi chú\n"
    "001;Ủy ban nhân dân quận Ba Đình;đường Nguyễn Thái Học\n"
    "002;Huyện Thường Tín;xã Quất Động, thửa đất số bảy\n"
    "003;Trạm bơm Yên Nghĩa;nước sạch nông thôn đồng bằng\n"
)


def windows_1258(text: str) -> bytes:
    """Text in Windows-1258: tones follow their vowel."""
    out = b""
    for sign in text:
        try:
            out += sign.encode("cp1258")
        except UnicodeEncodeError:
            apart = unicodedata.normalize("NFD", sign)
            tones = "".join(c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", "".join(c for c in apart if c not in tones))
            out += (base + tones).encode("cp1258")
    return out


def tcvn3(text: str) -> bytes:
    """Text in TCVN 5712 (ABC fonts)."""
    return bytes(alphabets.TCVN3_TABLE.index(sign) for sign in text)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (windows_1258(TEXT), "windows-1258"),
        (tcvn3(TEXT.replace("Ủ", "ủ")), "tcvn3"),
        ("nom;prénom;élève\nGaël;Zoé;garçon\nHélène;François;fête\n".encode("cp1252"), "windows-1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16", "utf-16 be", "utf-16 without mark", "windows-1258", "tcvn3", "latin"],
)
def test_alphabet_is_found_and_text_comes_out_composed(told, content, encoding):
    answer = told(content)

    assert answer["reading"]["encoding"] == encoding
    assert answer["reading"]["separator"] == ";"
    if encoding != "windows-1252":
        assert answer["candidates"]["rows"][1] == ["002", "Huyện Thường Tín", "xã Quất Động, thửa đất số bảy"]
        assert [c["name"] for c in answer["columns"]] == ["mã", "tên đơn vị", "ghi chú"]


def test_doubt_about_an_old_alphabet_is_said(told):
    answer = told("a;b\nnu\u00e9;1\n".encode("cp1252"))

    assert answer["guesses"]["encoding_certain"] is False
    assert answer["warnings"][0] == {"code": "encoding_doubtful", "values": {"encoding": "windows-1252"}}


def test_steward_corrects_the_alphabet(told):
    content = windows_1258(TEXT)

    wrong = told(content, reading={"encoding": "windows-1252"})
    right = told(content, reading={"encoding": "windows-1258"})

    assert wrong["candidates"]["rows"][1] != right["candidates"]["rows"][1]
    assert right["candidates"]["rows"][1][1] == "Huyện Thường Tín"


def test_a_few_damaged_signs_do_not_change_the_alphabet(told):
    content = (TEXT * 20).encode() + b"004;h\xff\xfeng;x\n"

    answer = told(content)

    assert answer["reading"]["encoding"] == "utf-8"
    assert {"code": "damaged_signs", "values": {"count": 2}} in answer["warnings"]
    assert any(w["code"] == "unreadable_signs" for w in answer["warnings"])


def test_bytes_of_nothing_are_refused_with_their_line(told):
    with pytest.raises(Refused) as refused:
        told(b"a,b\n1,2\n3,\x004\n")

    assert (refused.value.code, refused.value.values) == ("nul_bytes", {"line": 3})


def test_a_line_without_end_is_refused_before_it_is_kept(told):
    with pytest.raises(Refused) as refused:
        told(b"a,b\n1,2\n" + b"x" * (alphabets.LONGEST_LINE + 2))

    assert (refused.value.code, refused.value.values) == ("line_too_long", {"line": 3})


def test_lines_may_end_the_old_way(told):
    answer = told(b"a,b\r1,2\r3,4\r")

    assert answer["row_count"] == 2


@pytest.mark.parametrize("word", ["nguyễn", "nghiêng", "khuỷu", "đường", "quốc", "giếng", "oà", "yêu", "ƯỚC"])
def test_vietnamese_syllables_are_known(word):
    assert alphabets.is_syllable(word)


@pytest.mark.parametrize("word", ["garçon", "fête", "höher", "tiêìng", "ñandu", "xyzé"])
def test_other_words_are_not_taken_for_syllables(word):
    assert not alphabets.is_syllable(word)
