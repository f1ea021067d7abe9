"""What counts as a word of the other language."""

import pytest

from tests.sitewide.languages import foreign
from tests.sitewide.reading import Said


@pytest.mark.parametrize(
    ("words", "marked", "page", "content", "is_foreign"),
    [
        ("Đơn đang bị giữ lại", "vi", "vi", [], False),
        ("Order placed by the buyer", "vi", "vi", [], True),
        ("Order placed by the buyer", "en", "vi", [], False),  # marked as English
        ("Bộ Tài chính", "en", "en", [], True),
        ("Bộ Tài chính", "en", "en", ["Bộ Tài chính"], False),  # what people entered
        ("Signed: Bộ Tài chính, chấp nhận", "en", "en", ["Bộ Tài chính"], True),
        ("Mã băm 1db112eec5c3d1e7c171a718fdd", "vi", "vi", ["171a718"], False),  # a value inside a hash
        ("Dương lịch VietQR, 200 KB", "vi", "vi", [], False),
    ],
)
def test_words_of_the_other_language_are_found(words, marked, page, content, is_foreign):
    assert bool(foreign(Said(words, marked), page, content)) is is_foreign
