"""XLSX archives are measured before anything opens them: kinds, bombs, checksums, entities, merged cells."""

import html
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import BinaryIO

from catalog.datasets.reader.refusal import Refused

MAX_UNPACKED = 256 * 1024**2
MAX_RATIO = 100
RATIO_FLOOR = 1 << 20  # a small part may shrink as much as it likes
MAX_PARTS = 2000
BLOCK = 1 << 18
HEADER_AREA = 60
PLAIN_WORKBOOK = b"spreadsheetml.sheet.main+xml"
MACROS = b"ms-excel.sheet.macroEnabled.main+xml"
TEMPLATE = b"spreadsheetml.template.main+xml"
KINDS = (  # what another archive is, by a part only it has
    ("word/", "docx"),
    ("ppt/", "pptx"),
    ("xl/workbook.bin", "xlsb"),
    ("META-INF/MANIFEST.MF", "jar"),
    ("doc.kml", "kmz"),
)
FORBIDDEN = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
FORMULA_WITHOUT_RESULT = re.compile(rb"</f>\s*(?:</c>|<v\s*/>|<v></v>)|<f[^>]*/>\s*(?:</c>|<v\s*/>)")
ERROR_CELL = re.compile(rb'<c [^>]*t="e"')
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>\s*<(?:v|f|is)\b')
SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, KeyError)
Area = tuple[int, int, int, int]


@dataclass
class Sheet:
    """A worksheet: its name, its part of the archive, and what was seen while measuring it."""

    name: str
    part: str
    is_visible: bool = True
    origin: tuple[int, int] = (1, 1)
    areas: list[Area] = field(default_factory=list)
    empty_formulas: int = 0
    error_cells: int = 0

    def merged(self) -> list[Area]:
        """Merged areas near the top as first row, first column, last row, last column, counted from 0."""
        top, left = self.origin
        return [(r1 - top, c1 - left, r2 - top, c2 - left) for r1, c1, r2, c2 in self.areas if r1 >= top and c1 >= left]


def inspect(stream: BinaryIO) -> list[Sheet]:
    """The worksheets of a sound, plain workbook; every part is unpacked once without being kept."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_other_kinds(archive)
            _refuse_bombs(archive.infolist())
            sheets = _sheets(archive)
            by_part = {sheet.part: sheet for sheet in sheets}
            left = MAX_UNPACKED
            for part in archive.infolist():
                left -= _unpack(archive, part, left, by_part.get(part.filename))
    except DAMAGE as damage:
        raise Refused("archive_damaged") from damage
    return sheets


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, sheet: Sheet | None) -> int:
    """Unpack a part: checksum, size, no DTD, no entities; returns its true size."""
    size, tail = 0, b""
    with archive.open(part) as content:
        for block in iter(lambda: content.read(BLOCK), b""):
            size += len(block)
            if size > left:
                raise Refused("too_large_unpacked", limit=MAX_UNPACKED >> 20)
            text = tail + block
            if FORBIDDEN.search(text) or text.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise Refused("xml_entities")
            if sheet:
                _note(sheet, text, len(tail), is_first=size == len(block))
            tail = text[-96:]
    return size


def _note(sheet: Sheet, text: bytes, seen: int, *, is_first: bool) -> None:
    """Remember where a sheet begins, what is merged near its top, formulas without results, errors."""
    if is_first:
        cells = [(int(row), _column(letters)) for letters, row in CELL.findall(text)]
        sheet.origin = (min(cells)[0], min(column for _, column in cells)) if cells else (1, 1)
    sheet.empty_formulas += sum(match.end() > seen for match in FORMULA_WITHOUT_RESULT.finditer(text))
    sheet.error_cells += sum(match.end() > seen for match in ERROR_CELL.finditer(text))
    for match in MERGE.finditer(text):
        left, top, right, bottom = match.groups()
        if match.end() > seen and int(bottom) <= sheet.origin[0] + HEADER_AREA:
            sheet.areas.append((int(top), _column(left), int(bottom), _column(right)))


def _is_small(archive: zipfile.ZipFile, name: str) -> bool:
    return name in archive.NameToInfo and archive.getinfo(name).file_size < 1 << 20


def _refuse_other_kinds(archive: zipfile.ZipFile) -> None:
    """Other archives that begin with the same bytes: documents, workbooks with macros, plain ZIP."""
    names = archive.namelist()
    kinds = archive.read("[Content_Types].xml") if _is_small(archive, "[Content_Types].xml") else b""
    mime = archive.read("mimetype") if _is_small(archive, "mimetype") else b""
    if b"opendocument.spreadsheet" in mime:
        raise Refused("archive", kind="ods", extension="xlsx")
    if MACROS in kinds:
        raise Refused("macros")
    for part, kind in KINDS:
        if any(name.startswith(part) for name in names):
            raise Refused("archive", kind=kind, extension="xlsx")
    if "xl/workbook.xml" not in names or not (PLAIN_WORKBOOK in kinds or TEMPLATE in kinds):
        raise Refused("archive", kind="ZIP", extension="xlsx")


def _refuse_bombs(parts: list[zipfile.ZipInfo]) -> None:
    """Figures of the archive's own directory; the true ones are counted while unpacking."""
    if len(parts) > MAX_PARTS:
        raise Refused("too_many_parts", limit=MAX_PARTS)
    for part in parts:
        if part.flag_bits & 1:
            raise Refused("protected_excel")
        if part.file_size > RATIO_FLOOR and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise Refused("bomb", ratio=MAX_RATIO)
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Refused("too_large_unpacked", limit=MAX_UNPACKED >> 20)


def _sheets(archive: zipfile.ZipFile) -> list[Sheet]:
    """Worksheets in the order of the workbook."""
    targets = {}
    for link in RELATION.findall(_text(archive, "xl/_rels/workbook.xml.rels")):
        values = dict(ATTRIBUTE.findall(link))
        if values.get("Type", "").endswith("/worksheet"):
            target = values.get("Target", "")
            targets[values.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    found = []
    for tag in SHEET.findall(_text(archive, "xl/workbook.xml")):
        values = dict(ATTRIBUTE.findall(tag))
        part = next((targets[value] for key, value in values.items() if key.endswith(":id") and value in targets), "")
        if part:
            name = html.unescape(values.get("name", ""))
            found.append(Sheet(name, part, values.get("state", "visible") == "visible"))
    if not found:
        raise Refused("workbook_damaged")
    return found


def _text(archive: zipfile.ZipFile, name: str) -> str:
    if not _is_small(archive, name):
        raise Refused("archive_damaged")
    return archive.read(name).decode("utf-8", "replace")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
