"""What a file is, judged by its first bytes and by the end of its name: both must agree."""

import re

from catalog.datasets.reader.refusal import Refused

HEAD = 4096
TEXT_NAMES = ("csv", "tsv", "txt")
MARKS = (  # signature, position, kind
    (b"%PDF-", 0, "pdf"),
    (b"\x89PNG", 0, "png"),
    (b"\xff\xd8\xff", 0, "jpeg"),
    (b"GIF8", 0, "gif"),
    (b"BM", 0, "bmp"),
    (b"II*\x00", 0, "tiff"),
    (b"MM\x00*", 0, "tiff"),
    (b"RIFF", 0, "media"),
    (b"ID3", 0, "media"),
    (b"OggS", 0, "media"),
    (b"ftyp", 4, "media"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "ole"),
    (b"\x1f\x8b", 0, "gzip"),
    (b"BZh", 0, "bzip2"),
    (b"\xfd7zXZ\x00", 0, "xz"),
    (b"\x28\xb5\x2f\xfd", 0, "zstd"),
    (b"7z\xbc\xaf\x27\x1c", 0, "7z"),
    (b"Rar!", 0, "rar"),
    (b"ustar", 257, "tar"),
    (b"PAR1", 0, "parquet"),
    (b"ARROW1", 0, "arrow"),
    (b"SQLite format 3\x00", 0, "sqlite"),
    (b"Obj\x01", 0, "avro"),
    (b"{\\rtf", 0, "rtf"),
    (b"\x7fELF", 0, "program"),
    (b"MZ", 0, "program"),
)
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
SHORT_MARKS = {"bmp", "program"}  # two letters that a table may begin with too: a NUL byte must follow
MARKUP = re.compile(rb"\s*<(?:!doctype|html|head|body|meta|table|\?xml|svg)\b", re.IGNORECASE)
JSON_START = re.compile(rb'\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:[\[{\]]|"[^"]*"\s*[,\]]\s*(?:["\]\n]|$)))')


def extension(name: str) -> str:
    """The end of a file name in small letters, without the dot."""
    return name.rsplit(".", 1)[-1].strip().lower() if "." in name else ""


def identify(head: bytes) -> str:
    """Kind of a file from its first bytes: text, zip, or what else it is."""
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return "zip"
    for mark, position, kind in MARKS:
        if head[position : position + len(mark)] == mark and (kind not in SHORT_MARKS or b"\x00" in head):
            return kind
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "text"
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if b"%PDF-" in plain[:1024]:
        return "pdf"
    if MARKUP.match(plain):
        return "xml" if re.match(rb"\s*<(?:\?xml|svg)", plain, re.IGNORECASE) and b"<html" not in plain else "html"
    if JSON_START.match(plain):
        return "json"
    if _is_binary(plain) and not _looks_utf16(plain):
        return "dbf" if plain[:1] in b"\x03\x83\x8b\xf5\x30" else "binary"
    return "text"


def _is_binary(head: bytes) -> bool:
    """More control signs than a slip of the pen explains."""
    return sum(sign < 9 or 13 < sign < 32 for sign in head) > max(len(head) * 0.05, 2)


def _looks_utf16(head: bytes) -> bool:
    """Every second byte mostly NUL: two-byte text without its mark."""
    pairs = len(head) // 2
    fewer, more = sorted((head[0::2].count(0), head[1::2].count(0)))
    return pairs > 8 and more > pairs * 0.4 and fewer * 10 < more


def expected_format(head: bytes, name: str) -> str:
    """ "CSV" or "XLSX" when content and name agree on one of the two; raises Refused with what the file really is."""
    if not head:
        raise Refused("empty")
    kind, end = identify(head), extension(name)
    if kind == "ole":
        raise Refused("old_excel" if end in ("xls", "csv", "") else "protected_excel")
    if kind == "zip":
        if end != "xlsx":
            raise Refused("zip_named" if end in TEXT_NAMES else "archive", kind="ZIP", extension=end)
        return "XLSX"
    if kind != "text":
        raise Refused("other_format", kind=kind, extension=end)
    if end == "xlsx":
        raise Refused("not_xlsx")
    if end not in TEXT_NAMES:
        raise Refused("wrong_extension", extension=end)
    return "CSV"
