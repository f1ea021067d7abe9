"""Every response carries the strict policies, pages and refusals alike."""

import re
from gzip import compress
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db

ADDRESSES = [
    "/",
    "/en/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/email/",
    "/admin/",
    "/admin/login/",
    "/no-such-page/",
    "/api/v1/no-such/",
    "/transparency/",
    "/organisation/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_policies_stand_on_every_response(client, address):
    response = client.get(address)

    policy = dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["font-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/accounts/signup/", "/no-such-page/"])
def test_pages_have_nothing_the_policy_would_stop(client, address):
    html = client.get(address).content.decode()

    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", html)
    assert "<style" not in html
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_styles_and_scripts_of_a_page_stay_under_sixty_kilobytes(client):
    html = client.get("/").content.decode()

    names = re.findall(r'/static/([^"]+\.(?:css|js))"', html)
    weight = sum(len(compress(Path(finders.find(name)).read_bytes())) for name in names)

    assert len(names) == 6
    assert weight < 60_000
