"""Parts of pages rendered once for the same values."""

from django.utils.safestring import SafeString
from django.utils.translation import override

from exchange.common import kept
from exchange.common.kept import Part, Store
from exchange.common.money import shown


def test_same_values_are_rendered_once_and_other_values_or_languages_anew():
    kept.store.forget()
    asked = []

    def part(price: int) -> Part:
        return Part("notice", ("test", price), lambda: asked.append(price) or {"title": shown(price), "text": "<b>"})

    first = kept.rendered("components/notice.html", part(1000))
    again = kept.rendered("components/notice.html", part(1000))
    other = kept.rendered("components/notice.html", part(2000))
    with override("en"):
        english = kept.rendered("components/notice.html", part(1000))

    assert first == again
    assert asked == [1000, 2000, 1000]
    assert {first, other, english} == {first, other, english}
    kept.store.forget()


def test_store_stays_within_its_limit_and_drops_what_was_not_asked_for_longest():
    store = Store(limit=10)
    made = []

    def get(key: str) -> str:
        return store.get(key, lambda: made.append(key) or SafeString(key * 4))

    get("a"), get("b"), get("a"), get("c")

    assert (store.size, list(store.texts)) == (8, ["a", "c"])
    get("b")
    assert made == ["a", "b", "c", "b"]


def test_values_of_a_record_leave_out_what_django_keeps_beside_them():
    class Row:
        def __init__(self) -> None:
            self.title, self._state, self.formats = "Lúa", object(), ["CSV"]

    assert kept.values_of(Row()) == (("formats", "['CSV']"), ("title", "'Lúa'"))
