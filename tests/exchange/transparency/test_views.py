"""Public pages and files of the log: without account, with the right headers, revealing nothing."""

import json

import pytest
from django.test import Client

from exchange.transparency import keys, notes, selectors
from exchange.transparency.models import Entry
from exchange.transparency.sealer import seal
from tests.exchange.transparency.conftest import CONTENT, write

pytestmark = pytest.mark.django_db


def test_files_of_the_log_are_served_as_tlog_tiles_wants(client, log_folder):
    entries = write(300)
    seal()

    checkpoint = client.get("/transparency/log/checkpoint")
    assert checkpoint["Content-Type"] == "text/plain; charset=utf-8"
    assert checkpoint["Cache-Control"] == "public, max-age=2"
    assert notes.open_checkpoint(checkpoint.content.decode(), keys.verifier()).size == 300
    for name in ("0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"):
        answer = client.get(f"/transparency/log/tile/{name}")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Cache-Control"] == "public, max-age=300"  # another tree next year
        of_the_year = client.get(f"/transparency/log/{keys.this_year()}/tile/{name}")
        assert of_the_year["Cache-Control"] == "public, max-age=31536000, immutable"
        assert of_the_year.content == answer.content
        assert answer.content == log_folder.read(f"tile/{name}")
        assert not answer.cookies
    assert client.get("/transparency/log/tile/0/000").content[:32].hex() == entries[0].leaf_hash
    assert client.get("/transparency/log/key").content.decode().strip() == keys.verifier().vkey


@pytest.mark.parametrize(
    "name",
    ["0/001", "0/000.p/2", "64/000", "00/000", "0/0", "0/../../checkpoint", "0/000.p/0", "x", "entries/000.new"],
)
def test_other_files_are_not_found(client, log_folder, name):
    write(1)
    seal()
    (log_folder.root / "tile/entries/000.new").write_bytes(b"secret")

    assert client.get(f"/transparency/log/tile/{name}").status_code == 404


def test_nothing_published_yet(client):
    assert client.get("/transparency/log/checkpoint").status_code == 404
    assert client.get("/transparency/").status_code == 200


def test_log_is_read_only(client):
    assert client.post("/transparency/log/checkpoint").status_code == 405


def test_public_page_shows_true_figures_and_nothing_sealed(client, django_assert_max_num_queries):
    write(2, "asset.register")
    write(3, "order.complete")
    write(2, "order.split")
    write(1, "listing.list")
    seal()
    write(4, "order.complete")  # waits: not counted

    with django_assert_max_num_queries(11):
        page = client.get("/transparency/")

    assert page.context["counts"] == {"participants": 0, "assets": 2, "listings": 1, "trades": 5}
    assert page.context["figures"].size == 8
    assert sum(count for _day, count in page.context["growth"]) == 8
    assert [leaf.index for leaf in page.context["leaves"]] == [7, 6, 5, 4, 3, 2, 1, 0]
    text = page.content.decode()
    assert page.context["figures"].checkpoint.root in text
    for sealed in (CONTENT["actor"], CONTENT["acting_for"], bytes(Entry.objects.first().salt).hex()):
        assert sealed not in text


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_pages_exist_in_both_languages(client, prefix):
    assert client.get(f"{prefix}/transparency/").status_code == 200
    assert client.get(f"{prefix}/transparency/verify/").status_code == 200


def test_check_page_answers_and_shows_the_proof(client):
    entry = write(5)[2]
    seal()
    entry = selectors.find(entry.leaf_hash)

    page = client.post("/transparency/verify/", {"text": selectors.receipt(entry)})

    assert page.status_code == 200
    assert page.context["verdict"].outcome == "good"
    assert json.dumps(selectors.proof(entry)) in page.content.decode()


def test_check_page_reads_the_hash_of_a_qr_code(client):
    entry = write(5)[2]
    seal()

    page = client.get("/transparency/verify/", {"hash": entry.leaf_hash})

    assert page.context["verdict"].leaf.index == 2


def test_check_page_keeps_what_was_typed_and_escapes_it(client):
    page = client.post("/transparency/verify/", {"text": "<script>alert(1)</script>"})

    assert page.context["verdict"].outcome == "bad"
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.content.decode()


def test_check_page_asks_for_a_text(client):
    page = client.post("/transparency/verify/", {"text": "  "})

    assert page.status_code == 422
    assert page.context["form"].errors["text"]


def test_check_page_refuses_a_post_from_elsewhere():
    assert Client(enforce_csrf_checks=True).post("/transparency/verify/", {"text": "x"}).status_code == 403
