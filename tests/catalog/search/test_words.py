"""Words of queries: folded, common ones dropped, nothing that PostgreSQL could misread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.words import (
    LONGEST_BODY,
    LONGEST_PHRASE,
    body_of,
    number_of,
    synonyms,
    telling,
    terms,
    tsquery,
    words,
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("Đất đai", ["dat", "dai"]),
        ("du lieu dat dai", ["dat", "dai"]),
        ("Bộ dữ liệu về dân số của Hà Nội", ["dan", "so", "ha", "noi"]),
        ("dữ liệu", []),
        ("data of the", []),
        ("PM2.5", ["pm2", "5"]),
        ("Hoà Bình", ["hoa", "binh"]),
        ("Hòa Bình", ["hoa", "binh"]),
        ("du\u031b\u0303 lie\u0323\u0302u lu\u0301a", ["lua"]),
        ("a & b | !c <-> (d):*", ["b", "c", "d"]),
        ("'; DROP TABLE", ["drop", "table"]),
        ("dulieu", ["dulieu"]),
    ],
)
def test_only_telling_words_are_kept(query, found):
    assert telling(query) == found


def test_last_word_is_a_beginning():
    assert tsquery(["rung", "ngap"]) == "rung & ngap:*"
    assert tsquery(["ngap"]) == "ngap:*"
    assert tsquery(["x"]) == "x"
    assert tsquery([]) == ""


def test_very_long_query_is_cut():
    assert len(telling("chuỗi " * 500)) == 12


@given(st.text(max_size=80))
def test_query_never_holds_an_operator(text):
    assert not set("".join(telling(text))) & set("&|!<>()':*\\ ")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("D-2026-000123", "D-2026-000123"),
        (" d-2026-000123 ", "D-2026-000123"),
        ("cn2026000123", "CN-2026-000123"),
        ("2026", ""),
        ("D-2026-000123 lúa", ""),
    ],
)
def test_number_of_a_dataset_or_certificate_is_recognised(typed, number):
    assert number_of(typed) == number


def test_body_holds_each_word_once_and_ends_in_time():
    assert body_of(["Lúa, lúa!", "", "Sản lượng lúa"]) == "lua san luong"
    assert len(body_of([f"word{n}" for n in range(20_000)])) <= LONGEST_BODY
    assert words("a_b-c") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("typed", "query"),
    [
        ("GDP", "(gdp:* | (tong & san & pham & trong & nuoc) | (tong & san & pham & quoc & noi)"),
        ("TP.HCM 2024", "(tphcm | hcm | (ho & chi & minh) | (sai & gon) | hcmc | hochiminh) & 2024:*"),
        ("gdp Hà Nội", "(gdp | (tong & san & pham & trong & nuoc)"),
        ("dân số", "((dan & so:*) | population)"),
        ("dân s", "dan & s"),
    ],
)
def test_acronyms_and_other_ways_of_saying_are_looked_for(typed, query):
    assert tsquery(telling(typed)).startswith(query)


def test_city_is_found_by_every_name_it_has():
    wanted = {phrase for term in terms(telling("TP.HCM")) for phrase in term.said}

    for name in ("tphcm", "Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh", "Sài Gòn", "hcmc"):
        (term,) = terms(telling(name))
        assert set(term.said) == wanted
    assert ("ho", "chi", "minh") in wanted
    assert ("thanh", "pho", "ho", "chi", "minh") not in wanted


def test_synonyms_are_folded_words_that_hold_no_operator():
    for phrase, said in synonyms().items():
        assert phrase
        for words_ in (phrase, *said):
            assert words(" ".join(words_)) == list(words_)
        assert len(phrase) <= LONGEST_PHRASE
