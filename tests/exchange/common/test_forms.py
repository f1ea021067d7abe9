"""Forms: clean text, plain words for what is missing, fields with label, hint and error tied together."""

import unicodedata

from django import forms
from django.http import QueryDict
from django.template.loader import render_to_string

from exchange.common.fields import DayField
from exchange.common.forms import PortalForm
from exchange.common.widgets import ChoiceCards


class SampleForm(PortalForm):
    name = forms.CharField(label="Tên", help_text="Nội dung và phạm vi")
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    secret = forms.CharField(label="Mật khẩu", strip=False, required=False, widget=forms.PasswordInput)
    kind = forms.ChoiceField(
        label="Loại", choices=[("a", "Một"), ("b", "Hai")], widget=ChoiceCards(hints={"a": "Lời giải thích"})
    )
    sure = forms.BooleanField(label="Đồng ý")
    paper = forms.FileField(label="Tệp", required=False)
    day = DayField(label="Ngày", required=False)


def filled(**changes: str) -> QueryDict:
    data = QueryDict(mutable=True)
    data.update({"name": "Giá gạo", "kind": "a", "sure": "on", **changes})
    return data


def test_text_is_kept_composed_and_without_control_characters():
    decomposed = unicodedata.normalize("NFD", "  Giá gạo ở Huế\x00\u200b ")

    form = SampleForm(filled(name=decomposed, note="dòng 1\r\ndòng 2"))

    assert form.is_valid()
    assert form.cleaned_data["name"] == unicodedata.normalize("NFC", "Giá gạo ở Huế")
    assert form.cleaned_data["note"] == "dòng 1\ndòng 2"


def test_password_is_kept_as_typed():
    form = SampleForm(filled(secret=" mật khẩu "))

    assert form.is_valid()
    assert form.cleaned_data["secret"] == " mật khẩu "


def test_missing_answers_say_what_to_do():
    form = SampleForm(QueryDict())

    errors = {name: str(texts[0]) for name, texts in form.errors.items()}
    assert len({errors["name"], errors["kind"], errors["sure"]}) == 3
    assert "bắt buộc" not in str(errors)


def test_field_ties_label_hint_error_and_control_together():
    form = SampleForm(filled(name=""))

    html = str(form["name"].as_field_group())

    assert '<label for="id_name">Tên' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'class="input"' in html
    assert "required" not in html


def test_optional_fields_say_so_and_boxes_do_not():
    form = SampleForm()

    assert "muted optional" in str(form["note"].as_field_group())
    assert "muted optional" not in str(form["name"].as_field_group())
    assert "muted optional" not in str(form["sure"].as_field_group())


def test_choices_are_cards_with_hints_in_a_fieldset():
    html = str(SampleForm(filled(kind=""))["kind"].as_field_group())

    assert html.startswith('<fieldset class="field bad" aria-describedby="id_kind_error">')
    assert html.count('class="choice"') == 2
    assert "<small>Lời giải thích</small>" in html


def test_file_is_dressed_by_its_box():
    html = str(SampleForm()["paper"].as_field_group())

    assert '<div class="filebox"><input type="file" name="paper"' in html


def test_summary_links_each_error_to_its_control():
    form = SampleForm(filled(name="", kind=""))

    html = render_to_string("components/form_errors.html", {"form": form})

    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    assert 'href="#id_name"' in html
    assert 'href="#id_kind_0"' in html


def test_no_summary_without_errors():
    assert render_to_string("components/form_errors.html", {"form": SampleForm()}).strip() == ""


def test_typed_markup_is_shown_as_text():
    html = str(SampleForm(filled(name='"><script>alert(1)</script>'))["name"].as_field_group())

    assert "<script>" not in html


def test_forms_of_other_packages_get_the_same_looks():
    class Foreign(forms.Form):
        login = forms.EmailField(label="Thư điện tử")

    assert 'class="input"' in str(Foreign()["login"].as_field_group())
