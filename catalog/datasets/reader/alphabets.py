"""Alphabets of text files: UTF-8, UTF-16 and what Vietnamese offices wrote before them."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from catalog.datasets.reader.refusal import Refused

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20
LEGACY_SAMPLE = 256 * 1024
FEW_WORDS = 3  # marked words: fewer do not tell one old alphabet from another

# TCVN 5712:1993 (fonts .VnTime …): signs A1 to FE in order
_TCVN3 = (
    "ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴẮẦẨẪẤỀặầẩẫấậè"
    "ỂẻẽéẹềểễếệìỉỄẾỒĩíịòỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵ"
)
TCVN3_TABLE = "".join(map(chr, range(0xA1))) + _TCVN3 + "\ufffe"
NAMES = ("utf-8", "utf-16-le", "utf-16-be", "windows-1258", "tcvn3", "windows-1252")
LEGACY = ("windows-1258", "tcvn3", "windows-1252")

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdđghklmnpqrstvx])?"
_RHYMES = (
    "iêu|oai|oao|oay|oeo|uây|uôi|uya|uyê|uyu|ươi|ươu|yêu|uâ|uê|uô|uơ|uy|ua|ui|ưa|ươ|ưi|ưu|ai|ao|au|ay|âu|ây|eo|êu|"
    "ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|yê|[aăâeêioôơuưy]"
)
SYLLABLE = re.compile(f"{_ONSET}(?:{_RHYMES})(?:ch|ng|nh|[cmnpt])?")
WORD = re.compile(r"[^\W\d_]+")
TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0303\u0309\u0323"))


@dataclass
class Scan:
    """What one pass over the bytes of a text file found."""

    size: int = 0  # bytes; with a mark at the beginning, without that mark
    lines: int = 0
    bad_utf8: int = 0
    wide: int = 0  # characters outside ASCII, in UTF-8
    quotes: int = 0
    newline: bytes = b"\n"
    bom: str = ""
    bom_length: int = 0
    ends_with_newline: bool = True
    legacy: bytearray = field(default_factory=bytearray)


@dataclass(frozen=True)
class Guess:
    """The alphabet a file seems to use, whether that is certain, and the others in order of likelihood."""

    name: str
    certain: bool
    others: tuple[str, ...] = ()


def scan(stream: BinaryIO) -> Scan:
    """Read the file once: NUL bytes and endless lines are refused here, before anything is built from them."""
    found = Scan()
    stream.seek(0)
    head = stream.read(BLOCK)
    _read_bom(head, found)
    if len(head) == found.bom_length:
        raise Refused("empty")
    if found.bom.startswith("utf-16"):
        return _scan_wide(stream, found)
    found.newline = b"\r" if b"\r" in head and b"\n" not in head else b"\n"
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    stream.seek(found.bom_length)
    open_line, last = 0, b""
    for block in iter(lambda: stream.read(BLOCK), b""):
        open_line = _measure(block, found, open_line)
        _check_utf8(block, decoder, found)
        last = block
    found.bad_utf8 += len(decoder.getstate()[0])
    found.ends_with_newline = last.endswith((b"\n", b"\r"))
    return found


def _read_bom(head: bytes, found: Scan) -> None:
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            found.bom, found.bom_length = name, len(mark)
            return
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    if max(even, odd) > min(len(head), 4096) * 0.2 and min(even, odd) * 10 < max(even, odd):
        found.bom = "utf-16-be" if even > odd else "utf-16-le"


def _scan_wide(stream: BinaryIO, found: Scan) -> Scan:
    stream.seek(0)
    open_line = 0
    for block in iter(lambda: stream.read(BLOCK), b""):
        found.size += len(block)
        open_line = _lines(block, b"\n", found, open_line, LONGEST_LINE * 2)
        found.quotes += block.count(b'"')
    return found


def _measure(block: bytes, found: Scan, open_line: int) -> int:
    found.size += len(block)
    if b"\x00" in block:
        line = found.lines + block.count(found.newline, 0, block.index(b"\x00")) + 1
        raise Refused("nul_bytes", line=line)
    found.quotes += block.count(b'"')
    return _lines(block, found.newline, found, open_line, LONGEST_LINE)


def _lines(block: bytes, newline: bytes, found: Scan, open_line: int, limit: int) -> int:
    """Count lines; returns the length of the line still open at the end of the block (a block is no longer than a
    line may be, so only the first line of a block can be too long)."""
    first = block.find(newline)
    if open_line + (first if first >= 0 else len(block)) > limit:
        raise Refused("line_too_long", line=found.lines + 1)
    if first < 0:
        return open_line + len(block)
    found.lines += block.count(newline)
    return len(block) - block.rfind(newline) - 1


def _check_utf8(block: bytes, decoder: codecs.IncrementalDecoder, found: Scan) -> None:
    if block.isascii() and not decoder.getstate()[0]:
        return
    state = decoder.getstate()
    try:
        text = decoder.decode(block)
    except UnicodeDecodeError:
        decoder.setstate(state)
        decoder.errors = "surrogateescape"
        text = decoder.decode(block)
        decoder.errors = "strict"
        found.bad_utf8 += sum("\udc80" <= sign <= "\udcff" for sign in text)
        room = LEGACY_SAMPLE - len(found.legacy)
        if room > 0:
            wide_lines = (line for line in block.splitlines() if not line.isascii())
            found.legacy += b"\n".join(wide_lines)[: min(room, 64 * 1024)] + b"\n"
    found.wide += max(len(block) - len(text), 0)  # each marked letter takes one or two bytes more


def guess(found: Scan) -> Guess:
    """The alphabet of the scanned file; old Vietnamese ones are told apart by how many syllables come out right."""
    if found.bom.startswith("utf-16"):
        return Guess(found.bom, certain=found.bom_length > 0)
    if found.bad_utf8 * 20 <= found.wide:  # text of another alphabet makes nearly every marked letter unreadable
        return Guess("utf-8", certain=not found.bad_utf8)
    sample = bytes(found.legacy)
    if len(re.findall(rb"[^\W\d_]*[\x80-\xff]+", sample)) < FEW_WORDS:
        return Guess("windows-1252", certain=False, others=("windows-1258", "tcvn3"))
    scores = sorted(((plausibility(decode(sample, name)), name) for name in LEGACY), reverse=True)
    best, name = scores[0]
    if best < 0.5:
        return Guess("windows-1252", certain=False, others=("windows-1258", "tcvn3"))
    certain = best >= 0.8 and best - scores[1][0] >= 0.2 and len(sample) >= 40
    return Guess(name, certain, tuple(other for _, other in scores[1:]))


def plausibility(text: str) -> float:
    """Share of marked words that are possible Vietnamese syllables."""
    words = [word for word in WORD.findall(unicodedata.normalize("NFC", text)) if not word.isascii()][:5000]
    return sum(map(is_syllable, words)) / len(words) if words else 0.0


def is_syllable(word: str) -> bool:
    """Whether a word can be one Vietnamese syllable: onset, rhyme, ending and at most one tone."""
    apart = unicodedata.normalize("NFD", word.lower())
    bare = apart.translate(TONES)
    if len(apart) - len(bare) > 1:
        return False
    return bool(SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)))


class _Tcvn3Decoder(codecs.IncrementalDecoder):
    def decode(self, data: bytes, final: bool = False) -> str:
        return codecs.charmap_decode(bytes(data), "replace", TCVN3_TABLE)[0]


def decoder_of(name: str) -> codecs.IncrementalDecoder:
    """An incremental decoder that never fails: what cannot be read becomes U+FFFD."""
    if name not in NAMES:
        raise Refused("unknown_encoding", encoding=name)
    if name == "tcvn3":
        return _Tcvn3Decoder("replace")
    return codecs.getincrementaldecoder(name)("replace")


def decode(data: bytes, name: str) -> str:
    """The whole text of some bytes."""
    return decoder_of(name).decode(data, True)


def text_blocks(stream: BinaryIO, name: str, start: int) -> Iterator[str]:
    """Text of a file, block by block, in composed form when marks were written apart (Windows-1258)."""
    decoder = decoder_of(name)
    stream.seek(start)
    carry = ""
    for block in iter(lambda: stream.read(BLOCK), b""):
        text = carry + decoder.decode(block)
        cut = max(text.rfind("\n"), text.rfind("\r")) + 1 if name == "windows-1258" else len(text)
        carry, text = text[cut:], text[:cut]
        yield unicodedata.normalize("NFC", text) if name == "windows-1258" else text
    rest = carry + decoder.decode(b"", True)
    if rest:
        yield unicodedata.normalize("NFC", rest) if name == "windows-1258" else rest
