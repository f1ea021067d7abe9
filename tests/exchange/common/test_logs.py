"""Technical logs hold no personal data and nothing that looks like a second line."""

import io
import json
import logging

import pytest
import structlog

from exchange.common import logs


@pytest.fixture
def written(settings):
    """Log with the settings of production into a text; give back the parsed lines."""
    logs.configure({"level": "INFO", "cache": False})
    stream = io.StringIO()
    handler = logging.getLogger().handlers[-1]  # noqa: TID251 - the logger under test
    handler.setStream(stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(settings.LOGGING)


@pytest.mark.parametrize(
    "value",
    [
        "an.nguyen+x@bo.gov.vn",
        "0912 345 678",
        "+84 912 345 678",
        "0912345678",
        "024.3936.1234",
        "001099012345",
        "Key (email)=(an@example.vn) already exists.",
    ],
)
def test_personal_values_are_hidden_wherever_they_stand(written, value):
    structlog.get_logger("t").info("seen", note=f"before {value} after", deep={"list": [value]})

    (line,) = written()
    del line["timestamp"]  # its microseconds may hold any figures
    assert "hidden" in line["note"]
    assert not any(part in json.dumps(line) for part in ("912", "3936", "@", "0990"))


@pytest.mark.parametrize(
    "value",
    ["SDL2026000123C", "D-2026-000123", "2026-11-21T10:00:00Z", "a1" * 32, "0" * 64, "/datasets/D-2026-000001/"],
)
def test_numbers_of_records_stay_readable(written, value):
    structlog.get_logger("t").info("seen", record=value)

    assert written()[0]["record"] == value


@pytest.mark.parametrize("name", ["email", "phone", "password", "session_token", "full_name", "bank_account"])
def test_fields_with_personal_names_are_hidden(written, name):
    structlog.get_logger("t").info("seen", **{name: "Trần Văn A"})

    assert written()[0][name] == "[hidden]"


def test_line_breaks_in_values_make_no_second_line(written):
    structlog.get_logger("t").info("seen", note='x\r\n{"event": "forged"}')

    assert [line["event"] for line in written()] == ["seen"]


def test_errors_of_libraries_are_cleaned_too(written):
    try:
        raise ValueError("no account an@example.vn")
    except ValueError:
        logging.getLogger("django.request").exception("failed for an@example.vn")  # noqa: TID251

    (line,) = written()
    assert "example.vn" not in json.dumps(line)
    assert "ValueError" in line["exception"]
