"""What tests of the registration's pages do again and again."""

import re

from catalog.assets.wizard import step_url

NASTY = '<script>alert(1)</script>{{ 7|add:"7" }}=HYPERLINK("http://x")\'"&'


def url(revision, step) -> str:
    return step_url(revision.asset.number, step)


def shown(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())
