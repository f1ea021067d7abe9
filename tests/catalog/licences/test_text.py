"""The three faces of a licence come from the same answers."""

import json
import re
from pathlib import Path

import pytest

from catalog.licences import odrl, plain
from catalog.licences.reference import SOURCE
from catalog.licences.text import blocks, clauses, clauses_in, legal_text

TERMS = {
    "licence": "HD-02",
    "licence_version": 1,
    "purposes": ["research", "derived_product"],
    "territories": ["VN"],
    "term_months": 12,
    "is_exclusive": False,
    "onward_transfer": "none",
    "derivation": "product",
    "machine_learning": True,
    "attribution": "Cục Thống kê",
    "max_users": 5,
    "delete_within_days": 30,
    "ip_restrictions": "",
    "may_leave_vietnam": False,
}
TEMPLATES = {row["code"]: row for row in json.loads(Path(SOURCE).read_text(encoding="utf-8"))}

MANDATORY = {"no_reidentification", "purpose", "term", "deletion", "audit", "breach", "dispute"}  # R52


def label(code_list: str, code: str, language: str = "") -> str:
    return f"<{code}>"


def text_of(code: str, language: str = "vi", **changes) -> str:
    template = "\n\n".join(TEMPLATES[code][f"text_{language}"])
    return legal_text(
        template, TERMS | changes, {"seller": "Cục A", "buyer": "Công ty B"}, language=language, label=label
    )


@pytest.mark.parametrize("code", TEMPLATES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_template_fills_every_place_and_holds_the_mandatory_clauses(code, language):
    text = text_of(code, language)

    assert "{" not in text
    assert clauses_in("\n".join(TEMPLATES[code][f"text_{language}"])) >= MANDATORY
    assert "Cục A" in text
    assert "<research>; <derived_product>" in text


@pytest.mark.parametrize("code", TEMPLATES)
def test_both_languages_have_the_same_articles(code):
    def shape(lines):
        return [re.findall(r"\{(\w+)\}", line) for line in lines], [line.startswith("##") for line in lines]

    assert shape(TEMPLATES[code]["text_vi"]) == shape(TEMPLATES[code]["text_en"])


def test_a_template_without_audit_clause_is_found():
    found = clauses_in("{no_reidentification} {purpose} {term} {deletion} {breach} {dispute}")

    assert MANDATORY - found == {"audit"}


@pytest.mark.parametrize("clause", clauses()["answers"])
def test_every_answer_has_both_languages(clause):
    for sentence in clauses()["answers"][clause].values():
        assert set(sentence) == {"vi", "en"}
        assert re.findall(r"\{(\w+)\}", sentence["vi"]) == re.findall(r"\{(\w+)\}", sentence["en"])


def test_what_people_typed_cannot_add_an_article_or_a_placeholder():
    text = text_of("HD-02", attribution="X\n\n## Điều 99. Tự do {buyer}", ip_restrictions="## Không")

    assert "“X ## Điều 99. Tự do {buyer}”" in text
    assert [words for kind, words in blocks(text) if kind == "heading" and "99" in words] == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"term_months": None}, "Quyền không giới hạn thời gian."),
        ({"term_months": 24}, "Quyền có hiệu lực 24 tháng"),
        ({"is_exclusive": True}, "Quyền là độc quyền"),
        ({"onward_transfer": "consent"}, "sự đồng ý trước bằng văn bản"),
        ({"derivation": "internal"}, "để dùng trong nội bộ"),
        ({"machine_learning": False}, "Không được dùng dữ liệu để huấn luyện"),
        ({"max_users": None}, "Không giới hạn số người"),
        ({"max_users": 7}, "Tối đa 7 người"),
        ({"attribution": ""}, "Không bắt buộc ghi nguồn"),
        ({"may_leave_vietnam": True}, "thủ tục chuyển dữ liệu xuyên biên giới"),
        ({"ip_restrictions": "Không dùng nhãn hiệu"}, "Hạn chế về sở hữu trí tuệ: Không dùng nhãn hiệu"),
        ({"delete_within_days": 10}, "Trong 10 ngày"),
    ],
)
def test_each_answer_changes_its_sentence(change, sentence):
    assert sentence in text_of("HD-02", **change)
    assert text_of("HD-02", **change) != text_of("HD-02")


def test_blocks_tell_title_headings_and_paragraphs():
    assert blocks("# T\n\n## A 1\n\nText #1\n") == [("title", "T"), ("heading", "A 1"), ("text", "Text #1")]


def test_plain_words_follow_the_answers():
    rights = plain.rights(TERMS, label=label)

    assert [icon for icon, _ in rights.may] == ["r-use", "r-derive", "chart", "user", "map", "calendar"]
    assert [icon for icon, _ in rights.must] == ["r-credit", "r-report", "r-delete", "eye"]
    assert [icon for icon, _ in rights.must_not] == ["r-person", "r-noshare", "r-abroad"]


def test_every_purpose_is_said_in_one_line():
    every = ["research", "internal_analysis"]

    allowed = plain.rights(TERMS | {"purposes": [*every, "product"]}, label=label, purposes=every).may[0]
    limited = plain.rights(TERMS | {"purposes": ["research"]}, label=label, purposes=every).may[0]

    assert allowed == ("r-use", "Dùng dữ liệu cho mọi mục đích trong danh mục của Sàn")
    assert limited == ("r-use", f"Dùng dữ liệu cho: {label('purpose', 'research')}")


@pytest.mark.parametrize(
    ("change", "group", "icon", "present"),
    [
        ({"derivation": "none"}, "must_not", "r-derive", True),
        ({"derivation": "internal"}, "must_not", "r-derive", True),
        ({"derivation": "free"}, "must_not", "r-derive", False),
        ({"onward_transfer": "free"}, "may", "r-share", True),
        ({"onward_transfer": "group"}, "may", "org", True),
        ({"onward_transfer": "consent"}, "must_not", "r-noshare", True),
        ({"machine_learning": False}, "must_not", "chart", True),
        ({"may_leave_vietnam": True}, "must_not", "r-abroad", False),
        ({"term_months": None}, "must", "r-delete", False),
        ({"attribution": ""}, "must", "r-credit", False),
        ({"max_users": None}, "may", "user", False),
        ({"ip_restrictions": "x"}, "must_not", "lock", True),
    ],
)
def test_plain_words_and_each_answer(change, group, icon, present):
    lines = getattr(plain.rights(TERMS | change, label=label), group)

    assert (icon in [line[0] for line in lines]) is present


def test_the_three_faces_agree_on_what_is_forbidden():
    terms = TERMS | {"derivation": "internal", "machine_learning": False}

    policy = odrl.policy(terms, uid="urn:x", target="urn:d", assigner="urn:s")
    banned = {rule["action"] for rule in policy["prohibition"]}

    assert banned == {
        "distribute",
        "sell",
        odrl.term("action", "re-identify"),
        odrl.term("action", "sell-derived"),
        odrl.term("action", "train-model"),
        odrl.term("action", "transfer-abroad"),
    }
    words = [sentence for _, sentence in plain.rights(terms, label=label).must_not]
    assert len(words) == 5
