"""Every button pressed twice: one effect, and the second press is answered with a page, never with an error."""

import pytest
from django.core.cache import cache

from tests.permissions import table
from tests.permissions.answers import answers
from tests.permissions.ask import about
from tests.permissions.probe import digests, written
from tests.permissions.world import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ANSWERED = {200, 302, 400, 403, 404, 409, 422}
# Two presses are two acts here: each link is of its own until one is used, each pack handed out is written down.
EACH_COUNTS = {"transactions:download-start", "transactions:dispute-pack"}
PRESSED = [
    line
    for line in table.lines()
    if line.method == "POST" and "D" in line.letters.values() and line.pattern not in EACH_COUNTS
]


def press(prober, route, name: str, who: str) -> tuple[int, dict[str, str]]:
    """The status of a press, and what the tables it touched hold afterwards."""
    client, before = prober.clients[who], written()
    kept = dict(client.cookies)
    cache.clear()
    answer = client.post(route.path(about(prober.world, route, name)), answers(prober.world, route.name, name))
    client.cookies.clear()  # both presses leave the browser before either answer is there
    client.cookies.update(kept)
    b"".join(answer.streaming_content if answer.streaming else [answer.content])
    touched = [table_name for table_name, count in written().items() if count != before.get(table_name, 0)]
    return answer.status_code, digests(touched) if touched else {}


@pytest.mark.parametrize("line", PRESSED, ids=lambda line: f"{line.pattern} {' '.join(line.objects)}")
def test_a_second_press_changes_nothing(prober, line):
    who = next(name for name in PEOPLE if line.letters.get(name) == "D")
    for route in table.routes():
        if not line.speaks_of(route.name):
            continue
        for name in line.objects:
            with prober.undone():
                first, after_first = press(prober, route, name, who)
                assert who == "anon" or after_first, "nothing was done: nothing is tried twice"
                second, after_second = press(prober, route, name, who)
                same = {table_name: after_first.get(table_name) for table_name in after_second}

            assert first in {200, 302}, (route.name, name, first)
            assert second in ANSWERED, (route.name, name, second)
            assert after_second == same, (route.name, name, second)
