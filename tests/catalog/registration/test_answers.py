"""What was answered, in words, for the owner's last look and the reviewer: every question that is asked is shown."""

import datetime as dt

import pytest
from django.utils import translation

from catalog.classification.models import Classification
from catalog.registration.answers import asked_on, said, sections
from catalog.registration.casefile import casefile
from catalog.registration.pages import PAGES
from catalog.registration.selectors import dossier_of

pytestmark = pytest.mark.django_db


def rows(dossier) -> dict[str, str]:
    with translation.override("vi"):
        groups = sections(dossier, linked=False)
        return {str(row["label"]): str(row["value"]) for group in groups for row in group["rows"]}


def test_answers_stand_in_words_under_the_names_of_their_questions(draft):
    Classification.objects.filter(revision=draft).update(
        for_persons="no", limit_reason="contract", storage_place="Trung tâm dữ liệu", security_level=3
    )

    found = rows(dossier_of(draft))

    assert found["Loại tài sản"] == "Bảng số liệu thống kê, chỉ số"
    assert found["Từ khóa"] == "lúa, sản lượng, tỉnh"
    assert found["Căn cứ pháp lý của việc thu thập"] == "Luật Thống kê, Điều 48"
    assert found["Cá nhân"] == "Không"
    assert found["Lý do giới hạn"] == "Chỉ theo hợp đồng, thỏa thuận"
    assert found["Nơi lưu trữ"] == "Trung tâm dữ liệu"
    assert found["Cấp độ an ninh của hệ thống lưu trữ"] == "3"
    assert found["Lần cập nhật dữ liệu gần nhất"] == "31/03/2026"
    assert found["Số ngày coi là chậm cập nhật"] == "30"
    assert found["Dữ liệu được phép chuyển ra ngoài Việt Nam"] == "Không"


def test_words_in_the_other_language_say_so(draft):
    found = rows(dossier_of(draft))

    assert found["Tên bằng tiếng Việt"] == draft.title_vi
    assert found["Tên bằng tiếng Anh"] == f'<span lang="en">{draft.title_en}</span>'


def test_a_missing_answer_the_exchange_waits_for_is_said_to_be_missing(draft):
    draft.contact_mailbox = ""

    found = rows(dossier_of(draft))

    assert found["Hộp thư liên hệ công khai"] == "Chưa nêu"
    assert "Tên viết tắt, tên gọi khác" not in found


def test_every_question_has_words_for_its_answer(draft):
    """A question added to a page without a place in the summary fails here."""
    dossier, filled = (
        dossier_of(draft),
        {"keywords": ["một"], "deid_fields": ["hai"], "last_updated": dt.date(2026, 3, 31)},
    )
    for page in PAGES:
        if page.step > 5 or page.form is None:
            continue
        record = page.record(dossier)
        for name in asked_on(page):
            if name in ("rights", "province"):
                continue
            kind = record._meta.get_field(name).get_internal_type()
            value = filled.get(name) or {"BooleanField": True, "DateField": dt.date(2026, 1, 2)}.get(kind)
            number = 7 if "Integer" in kind else None
            setattr(record, name, value if value is not None else number if number is not None else "x")
            assert said(record, name), name


def test_the_reviewer_reads_the_same_rows(draft, reviewer):
    with translation.override("vi"):
        facts = {str(fact.label): str(fact.value) for fact in casefile(draft, reviewer).facts}

    assert rows(dossier_of(draft)).items() <= facts.items()


def test_a_description_is_laid_out_as_it_was_written_and_runs_nothing(draft):
    draft.description_vi = "## Phạm vi\n\nCả nước.\n\n- <script>alert(1)</script>"
    draft.description_en = "## Coverage"

    found = rows(dossier_of(draft))

    assert found["Mô tả đầy đủ"].startswith('<div class="prose small"><h3>Phạm vi</h3>\n<p>Cả nước.</p>')
    assert "<script" not in found["Mô tả đầy đủ"]
    assert found["Mô tả đầy đủ bằng tiếng Anh"].startswith('<div lang="en"><div class="prose small"><h3>Coverage')


def test_a_statement_is_confirmed_or_not(draft):
    label = "Không thuộc các nhóm của khoản 3 Điều 42 Luật Dữ liệu"
    for is_made, words in ((True, "Đã xác nhận"), (False, "Chưa xác nhận")):
        Classification.objects.filter(revision=draft).update(prohibited_declared=is_made)
        found = rows(dossier_of(draft))
        assert next(value for name, value in found.items() if name.startswith(label[:30])) == words


def test_the_dictionary_the_preview_and_the_papers_are_among_the_answers(draft):
    file = draft.files.get()
    file.columns.filter(position=3).update(code_list="Danh mục 19", is_required=True)
    file.preview_on, file.preview_rows = True, [{"nam": "2025"}, {"nam": "2024"}]
    file.save()

    with translation.override("vi"):
        groups = {str(group["title"]): group for group in sections(dossier_of(draft))}
        columns = {row["label"]: row for row in groups["Từ điển dữ liệu"]["rows"]}
        file_rows = {str(row["label"]): row for row in groups["Tệp và từ điển"]["rows"]}
        papers = {str(row["label"]): row for row in groups["Nguồn gốc và quyền"]["rows"]}["Giấy tờ"]

    number = draft.asset.number
    assert [str(row["value"]) for row in columns.values()] == [
        "Mã tỉnh; Văn bản; khóa",
        "Năm; Số nguyên",
        "Sản lượng; Số nguyên; nghìn tấn; Danh mục 19; bắt buộc",
    ]
    assert columns["nam"]["url"] == f"/register/{number}/file/dictionary/?then=7#column-2"
    assert str(groups["Từ điển dữ liệu"]["folded"]) == "3 cột"
    assert str(file_rows["Xem trước"]["value"]) == "2 dòng được cho mọi người xem"
    assert file_rows["Xem trước"]["url"] == f"/register/{number}/file/preview/?then=7"
    assert papers["value"] == "goc.pdf (Nguồn gốc hợp pháp của dữ liệu)"
    assert papers["url"] == f"/register/{number}/3-papers/?then=7"


def test_measured_figures_lead_to_their_page(draft):
    draft.quality.measured = {"complete": {"value": 87, "rules": []}, "clean": {"value": 100, "rules": []}}
    draft.quality.save()

    with translation.override("vi"):
        groups = sections(dossier_of(draft))

    row = next(row for group in groups for row in group["rows"] if str(row["label"]) == "Sàn đo được")
    assert row["value"] == "Đủ 87%; Sạch 100%"
    assert row["url"] == f"/register/{draft.asset.number}/5-scores/?then=7"


def test_shares_are_shown_as_shares(draft):
    assert rows(dossier_of(draft))["Đúng"] == "95%"
