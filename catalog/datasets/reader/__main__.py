"""The reading process: one request as JSON on standard input, one answer as JSON on standard output."""

import json
import os
import sys

from catalog.datasets.reader import alphabets, archive, confinement, content
from catalog.datasets.reader.refusal import Refused

CODES = {"PanicException": "unreadable", "MemoryError": "memory"}


def main() -> None:
    """Answer one request; whatever happens inside, the answer is a code that has a sentence."""
    confinement.limit_resources()
    request = json.load(sys.stdin)
    with os.fdopen(request["fd"], "rb") as stream:
        answer = _answer(stream, request)
    sys.stdout.write(json.dumps(answer))


def _answer(stream, request: dict) -> dict:
    try:
        form = content.expected_format(stream.read(content.HEAD), request["name"])
        measured = archive.inspect(stream) if form == "XLSX" else alphabets.scan(stream)
        from catalog.datasets.reader import reply  # the heavy libraries, loaded before the walls close

        is_walled = confinement.cut_off()
        return {**reply.answer(stream, form, measured, request), "walled": is_walled}
    except Refused as refused:
        return {"ok": False, "code": refused.code, "values": refused.values}
    except Exception as error:
        return {"ok": False, "code": CODES.get(type(error).__name__, "unreadable"), "error": type(error).__name__}
    except BaseException as error:  # a panic of a parser written in Rust is no Exception
        if type(error).__name__ not in CODES:
            raise
        return {"ok": False, "code": CODES[type(error).__name__], "error": type(error).__name__}


if __name__ == "__main__":
    main()
