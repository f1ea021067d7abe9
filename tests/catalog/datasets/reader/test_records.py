"""Records of text files: quotes, blocks, both ways of reading."""

import pytest

from catalog.datasets.reader import delimited
from catalog.datasets.reader.refusal import Refused


def test_quote_that_never_closes_is_refused_with_its_line(told):
    with pytest.raises(Refused) as refused:
        told('a;b\n1;x\n2;"y\n3;z\n4;w\n')

    assert (refused.value.code, refused.value.values) == ("quote_unclosed", {"line": 3})


def test_stray_quotes_do_not_disturb(told):
    answer = told('a;b\n1;ống 5" thép\n2;ống 6 thép\n3;x"y\n4;"một ""hai"""\n5;6" x\n')

    assert answer["row_count"] == 5
    assert answer["candidates"]["rows"][0] == ["1", 'ống 5" thép']
    assert answer["candidates"]["rows"][3] == ["4", 'một "hai"']


def test_empty_file_and_headings_alone_are_refused(told):
    for content, code in ((b"", "empty"), (b"\xef\xbb\xbf", "empty"), (b"a,b,c\n", "no_rows"), (b"\n\n \n", "empty")):
        with pytest.raises(Refused) as refused:
            told(content)
        assert refused.value.code == code


def test_too_many_columns_are_refused(told):
    with pytest.raises(Refused) as refused:
        told(",".join(f"c{i}" for i in range(1200)) + "\n" + ",".join("1" for _ in range(1200)) + "\n")

    assert refused.value.code == "too_many_columns"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_fast_and_slow_way_read_the_same(told, monkeypatch, newline):
    rows = [f'{i:05d};"Trạm ""số"" {i}{newline}dòng hai";{i},5;{"" if i % 7 else "a"}' for i in range(3000)]
    content = newline.join(["mã;tên;giá trị;ghi chú", *rows, "", ";;;", "Ghi chú: hết;;;"]) + newline
    monkeypatch.setattr(delimited, "BLOCK", 4096)

    slow = told(content)
    monkeypatch.setattr(delimited, "SMALL", 0)
    fast = told(content)

    assert slow["row_count"] == 3000
    assert slow["reading"]["footer_rows"] == 1
    assert fast == slow


def test_fast_way_counts_rows_that_are_too_long(told, monkeypatch):
    content = "a;b\n" + "1;2\n" * 500 + "1;2;3\n" + "1;2\n" * 500
    monkeypatch.setattr(delimited, "SMALL", 0)

    answer = told(content)

    assert answer["row_count"] == 1001
    assert {"code": "rows_too_long", "values": {"count": 1, "row": 501}} in answer["warnings"]


def test_block_the_fast_parser_refuses_is_read_the_slow_way(told, monkeypatch):
    rows = "".join(f'{i};"a"b {i};"x"\n' for i in range(400))
    monkeypatch.setattr(delimited, "SMALL", 0)
    monkeypatch.setattr(delimited, "BLOCK", 2048)

    answer = told("n;v;w\n" + rows)

    assert answer["row_count"] == 400
    assert answer["columns"][0]["maximum"] == "399"
