"""What a file is: content and name must agree."""

import pytest

from catalog.datasets.reader import content
from catalog.datasets.reader.refusal import Refused

OTHERS = {
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR<html><script>alert(1)</script>",
    "jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "gif": b"GIF89a<script>alert(1)</script>",
    "gzip": b"\x1f\x8b\x08\x00abc",
    "bzip2": b"BZh91AY&SY",
    "xz": b"\xfd7zXZ\x00\x00",
    "7z": b"7z\xbc\xaf\x27\x1c\x00",
    "rar": b"Rar!\x1a\x07\x00",
    "parquet": b"PAR1\x15\x04\x15",
    "sqlite": b"SQLite format 3\x00\x10\x00",
    "html": b"<!DOCTYPE html><html><body><table>",
    "xml": b'<?xml version="1.0"?><rows><row/></rows>',
    "json": b'{"type": "FeatureCollection", "features": []}',
    "rtf": b"{\\rtf1\\ansi",
    "program": b"\x7fELF\x02\x01\x01\x00\x00",
    "media": b"\x00\x00\x00\x18ftypmp42\x00\x00",
    "dbf": b"\x03\x77\x0b\x15\x42\x01\x00\x00\x81\x01\x5d\x00" + b"\x00" * 60,
    "binary": bytes(range(32)) * 8,
}


@pytest.mark.parametrize(("kind", "head"), OTHERS.items(), ids=list(OTHERS))
@pytest.mark.parametrize("name", ["data.csv", "data.xlsx"])
def test_other_formats_are_named_whatever_they_are_called(kind, head, name):
    with pytest.raises(Refused) as refused:
        content.expected_format(head, name)

    assert refused.value.code == "other_format"
    assert refused.value.values == {"kind": kind, "extension": name[5:]}


@pytest.mark.parametrize(
    ("head", "name", "code"),
    [
        (b"", "a.csv", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "old_excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xlsx", "protected_excel"),
        (b"PK\x03\x04", "a.csv", "zip_named"),
        (b"PK\x03\x04", "a.zip", "archive"),
        (b"a,b\n1,2\n", "a.xlsx", "not_xlsx"),
        (b"a,b\n1,2\n", "a.json", "wrong_extension"),
        (b"a,b\n1,2\n", "a", "wrong_extension"),
    ],
)
def test_name_and_content_must_agree(head, name, code):
    with pytest.raises(Refused) as refused:
        content.expected_format(head, name)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("head", "name", "form"),
    [
        (b"a,b\n1,2\n", "a.csv", "CSV"),
        (b"a\tb\n1\t2\n", "A.TSV", "CSV"),
        (b"a,b\n1,2\n", "gtfs.txt", "CSV"),
        ("\ufeffmã,tên\n".encode("utf-16-le"), "a.csv", "CSV"),
        (b"<script>alert(1)</script>,b\n", "a.csv", "CSV"),
        (b'"[1]",b\n', "a.csv", "CSV"),
        (b"BM,MZ\n1,2\n", "a.csv", "CSV"),
        (b"PK\x03\x04", "báo cáo.XLSX", "XLSX"),
    ],
)
def test_tables_are_taken(head, name, form):
    assert content.expected_format(head, name) == form
