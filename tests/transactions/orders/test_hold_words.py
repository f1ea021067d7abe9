"""Why an order is held, in the words of the reader's language."""

import pytest
from django.utils import translation

from transactions.orders.hold_words import hold_sentence

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("rule", "reason", "sentence"),
    [
        (
            "R51",
            "Buyer and seller are related; review needed.",
            "Bên mua và Bên bán có quan hệ liên quan; cần xem xét.",
        ),
        ("integrity", "integrity: file_changed", "Tệp đang lưu không còn khớp mã băm đã duyệt."),
        ("integrity", "integrity: contract_changed", "Hợp đồng đang lưu không còn khớp mã băm."),
        (
            "integrity",
            "R54: the frozen record of the order differs from the one that was cleared",
            "Nội dung đã khóa của đơn khác với nội dung đã được kiểm tra.",
        ),
        ("integrity", "R52: the licence template lacks audit", "Mẫu hợp đồng thiếu điều khoản bắt buộc."),
        ("supervisor", "Đề nghị kiểm tra lại giá.", "Đề nghị kiểm tra lại giá."),
        ("objection", "Thiếu 3 cột.", "Thiếu 3 cột."),
    ],
)
def test_reason_reads_in_vietnamese(rule, reason, sentence):
    assert hold_sentence(rule, reason) == sentence


def test_objection_names_its_code_in_the_language_of_the_reader():
    reason = "data_incomplete: Thiếu 3 cột."

    with translation.override("en"):
        assert hold_sentence("objection", reason) == "Records or fields are missing: Thiếu 3 cột."
    assert hold_sentence("objection", reason) == "Thiếu bản ghi hoặc trường thông tin: Thiếu 3 cột."
