"""Handing out stored content: whole or one range of it (RFC 9110 section 14), as an attachment."""

import re
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from exchange.files.models import StoredFile
from exchange.files.names import ascii_name, clean_name
from exchange.files.services import CHUNK, open_verified

ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*\Z", re.ASCII | re.IGNORECASE)
SANDBOX = "sandbox; default-src 'none'"


class Unsatisfiable(Exception):
    """The range lies outside the content."""


def parse_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; None when the header says nothing we follow (several ranges, nonsense)."""
    match = ONE_RANGE.match(header)
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return _suffix(int(last), size)
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, end


def _suffix(length: int, size: int) -> tuple[int, int]:
    if length == 0:
        raise Unsatisfiable
    return max(0, size - length), size - 1


def disposition(filename: str) -> str:
    """Content-Disposition with a plain name for old programs and the real one in UTF-8 (RFC 6266)."""
    name = clean_name(filename)
    return f"attachment; filename=\"{ascii_name(name)}\"; filename*=UTF-8''{quote(name, safe='')}"


def _pieces(content: BinaryIO, start: int, length: int) -> Iterator[bytes]:
    try:
        content.seek(start)
        while length > 0 and (piece := content.read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
    finally:
        content.close()


def _wanted(request: HttpRequest, stored: StoredFile, etag: str) -> tuple[int, int] | None:
    header = request.headers.get("Range", "")
    if not header or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    return parse_range(header, stored.size)


def ranged_response(
    request: HttpRequest, stored: StoredFile, filename: str = "", media_type: str = ""
) -> HttpResponseBase:
    """The content as an attachment: 200, 206 for one range, 416 outside it; nothing at all if the hash differs."""
    content = open_verified(stored)
    etag = f'"{stored.sha256}"'
    try:
        wanted = _wanted(request, stored, etag)
    except Unsatisfiable:
        content.close()
        return _dress(HttpResponse(status=416, headers={"Content-Range": f"bytes */{stored.size}"}), stored, filename)
    start, end = wanted or (0, stored.size - 1)
    if request.method == "HEAD":
        content.close()
        response: HttpResponseBase = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(content, start, end - start + 1), status=206 if wanted else 200)
    if wanted:
        response["Content-Range"] = f"bytes {start}-{end}/{stored.size}"
    response["Content-Length"] = str(end - start + 1)
    response["ETag"] = etag
    return _dress(response, stored, filename, media_type or stored.media_type)


def _dress(
    response: HttpResponseBase, stored: StoredFile, filename: str, media_type: str = "application/octet-stream"
) -> HttpResponseBase:
    response["Content-Type"] = media_type
    response["Content-Disposition"] = disposition(filename or stored.name)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    return response
