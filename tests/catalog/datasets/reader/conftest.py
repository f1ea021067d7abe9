"""How the tests ask the reader: in this process for what it says, through a child for how it is confined."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from catalog.datasets.reader import alphabets, archive, content, reply


def describe(path: Path, name: str = "", **request) -> dict:
    """What the reader says of a file; raises Refused."""
    name = name or path.name
    with path.open("rb") as stream:
        form = content.expected_format(stream.read(content.HEAD), name)
        measured = archive.inspect(stream) if form == "XLSX" else alphabets.scan(stream)
        return reply.answer(stream, form, measured, {"name": name, "pii_rate": 0.05, **request})


@pytest.fixture
def told(tmp_path) -> Callable[..., dict]:
    """The description of some bytes or text under a name."""

    def ask(content: bytes | str, name: str = "table.csv", **request) -> dict:
        path = tmp_path / "content"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return describe(path, name, **request)

    return ask


@pytest.fixture
def columns(told) -> Callable[..., dict[str, dict]]:
    """The columns of some text, by name."""
    return lambda content, **request: {c["name"]: c for c in told(content, **request)["columns"]}


def workbook(*rows: list, merged: tuple[str, ...] = (), title: str = "Sheet1") -> bytes:
    """An XLSX file with these rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The bytes of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def repacked(source: bytes, changes: dict[str, bytes]) -> bytes:
    """An archive with some parts replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, changes.pop(part, old.read(part)))
        for part, text in changes.items():
            new.writestr(part, text)
    return target.getvalue()
