"""The demonstration's bank reports like a bank: the same report again while no answer came, never a second transfer."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from transactions.payments import demo

SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSBiYW5r"


@pytest.fixture
def exchange(settings, monkeypatch):
    """A server that answers as it is told and keeps what it was sent."""
    settings.BANK_WEBHOOK_SECRET = SECRET
    monkeypatch.setattr(demo, "PAUSES", (0, 0, 0))
    seen, answers = [], []

    class Exchange(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            if status := answers.pop(0):
                self.send_response(status)
                self.end_headers()
            # 0: the connection ends without a word

        def log_message(self, *args):
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Exchange)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", answers, seen
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("given", "status", "times"),
    [
        ([200], 200, 1),
        ([0, 503, 200], 200, 3),
        ([401], 401, 1),
        ([422], 422, 1),
        ([0, 0, 0], 0, 3),
        ([503] * 3, 503, 3),
    ],
)
def test_report_is_repeated_until_it_is_answered(exchange, given, status, times):
    base, answers, seen = exchange
    answers += given

    answered = demo.send_webhook(base, amount=9_020_000, memo="SDL2026000014U")

    assert answered == status
    assert len(seen) == times
    assert len({row["bank_transaction_id"] for row in seen}) == 1
    assert seen[0]["amount"] == 9_020_000


def test_no_server_is_no_answer(settings, monkeypatch):
    settings.BANK_WEBHOOK_SECRET = SECRET
    monkeypatch.setattr(demo, "PAUSES", (0,))

    assert demo.send_webhook("http://127.0.0.1:1", amount=1, memo="") == 0
