"""Handing out content: ranges, headers, and refusal when the hash differs."""

import pytest
from django.test import RequestFactory

from exchange.common.errors import DomainError
from exchange.files import services
from exchange.files.ranges import Unsatisfiable, parse_range, ranged_response
from tests.factories.exchange import stored

CONTENT = bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-99", (0, 99)),
        ("bytes=100-", (100, 1023)),
        ("bytes=1000-5000", (1000, 1023)),
        ("bytes=-1", (1023, 1023)),
        ("bytes=-5000", (0, 1023)),
        (" BYTES = 3 - 4 ", (3, 4)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("items=0-1", None),
        ("bytes=٣-٤", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_single_ranges_are_followed_and_others_ignored(header, expected):
    assert parse_range(header, 1024) == expected


@pytest.mark.parametrize("header", ["bytes=1024-", "bytes=5000-6000", "bytes=-0"])
def test_range_outside_the_content_is_unsatisfiable(header):
    with pytest.raises(Unsatisfiable):
        parse_range(header, 1024)


@pytest.fixture
def file(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    services._checked.clear()
    return stored(CONTENT, "Dân số (Đắk Lắk).csv", "data", "text/csv")


def ask(file, method="get", **headers):
    response = ranged_response(getattr(RequestFactory(), method)("/", headers=headers), file)
    body = b"".join(response.streaming_content) if response.streaming else response.content
    response.close()
    return response, body


def test_whole_content_is_an_attachment_that_nothing_can_run(file):
    response, body = ask(file)

    assert (response.status_code, body) == (200, CONTENT)
    assert response["Content-Length"] == "1024"
    assert response["Content-Type"] == "text/csv"
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == f'"{file.sha256}"'
    assert response["Content-Disposition"] == (
        'attachment; filename="dan so _dak lak.csv"; '
        "filename*=UTF-8''D%C3%A2n%20s%E1%BB%91%20%28%C4%90%E1%BA%AFk%20L%E1%BA%AFk%29.csv"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Cache-Control"] == "private, no-store"


def test_pieces_put_together_are_the_content(file):
    first, head = ask(file, range="bytes=0-599")
    second, tail = ask(file, range="bytes=600-")

    assert (first.status_code, first["Content-Range"], first["Content-Length"]) == (206, "bytes 0-599/1024", "600")
    assert (second.status_code, second["Content-Range"]) == (206, "bytes 600-1023/1024")
    assert head + tail == CONTENT


def test_range_outside_is_416_with_the_size(file):
    response, body = ask(file, range="bytes=2000-")

    assert (response.status_code, response["Content-Range"], body) == (416, "bytes */1024", b"")


def test_range_of_another_version_gives_the_whole_file(file):
    kept, _ = ask(file, **{"range": "bytes=0-9", "if-range": f'"{file.sha256}"'})
    other, body = ask(file, **{"range": "bytes=0-9", "if-range": '"0000"'})

    assert kept.status_code == 206
    assert (other.status_code, body) == (200, CONTENT)


def test_head_tells_the_size_and_sends_nothing(file):
    response, body = ask(file, "head", range="bytes=0-9")

    assert (response.status_code, response["Content-Length"], body) == (200, "1024", b"")


def test_changed_content_is_never_handed_out(file):
    services.place_of(file).write_bytes(CONTENT[:-1] + b"\x00")

    with pytest.raises(DomainError) as refusal:
        ask(file, range="bytes=0-9")

    assert refusal.value.code == "file_corrupt"
