"""Messages are found in code and templates, keep their Vietnamese, and gaps are seen."""

import pytest
from babel.messages.catalog import Catalog
from django.core.management import CommandError, call_command

from exchange.common import catalogues

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext_lazy, pgettext_lazy
A = _("Send the file")
B = ngettext_lazy("%(number)s row", "%(number)s rows", "number")
C = pgettext_lazy("verb", "Order")
"""
PAGE = """{% load i18n %}
   <h1>{% translate "Send the file" %}</h1>
      {% blocktranslate count n=rows trimmed %}
        {{ n }} page
      {% plural %}
        {{ n }} pages
      {% endblocktranslate %}
  {# a remark #}{% translate "Close" context "door" %}
 {% if x %}"quoted' text{% endif %}
"""


@pytest.fixture
def project(settings, tmp_path):
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange" / "code.py").write_text(CODE)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    settings.BASE_DIR = tmp_path
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    return tmp_path


def said(*pairs, fuzzy=False):
    catalogue = Catalog(locale="vi")
    for text, string in pairs:
        catalogue.add(text, string, flags=["fuzzy"] if fuzzy else [])
    return catalogue


def test_messages_of_code_and_templates_are_found(project):
    found = {catalogues.key(message) for message in catalogues.own_messages() if message.id}

    assert found == {
        ("Send the file", None),
        ("%(number)s row", None),
        ("Order", "verb"),
        ("%(n)s page", None),
        ("Close", "door"),
    }


def test_vietnamese_is_kept_and_unused_messages_are_left_out(project):
    known = said(("Send the file", "Gửi tệp"), ("Gone", "Không còn"))

    result = catalogues.merged([catalogues.own_messages()], [known])

    assert result["Send the file"].string == "Gửi tệp"
    assert "Gone" not in result
    assert result.get("Order", "verb").string == ""


def test_plural_has_one_form_and_survives_the_file(project):
    known = said((("%(number)s row", "%(number)s rows"), ("%(number)s dòng",)))
    path = project / "vi.po"

    catalogues.write(path, catalogues.merged([catalogues.own_messages()], [known]))
    again = catalogues.read(path)

    assert again["%(number)s row"].string == ("%(number)s dòng",)
    assert 'msgstr[0] "%(number)s dòng"' in path.read_text()
    assert "msgstr[1]" not in path.read_text()


def test_every_kind_of_gap_is_seen():
    needed = said(("A %(name)s", ""), ("B", ""), ("C", ""), ("Gạo", ""), ("Decree 48/2020/NĐ-CP", ""))
    catalogue = said(("A %(name)s", "Một %(ten)s"), ("Gạo", "Gạo"), ("D", "Bốn"), ("Decree 48/2020/NĐ-CP", "Nghị định"))
    catalogue.add("C", "Ba", flags=["fuzzy"])

    found = catalogues.faults([needed], catalogue)

    assert found.missing == ["B"]
    assert found.fuzzy == ["C"]
    assert found.placeholders == ["A %(name)s"]
    assert found.not_english == ["Gạo"]
    assert found.unused == ["D"]
    assert len(list(found.sentences())) == 5


def test_commands_collect_keep_translations_and_refuse_gaps(project, capsys, monkeypatch):
    monkeypatch.setattr(catalogues, "library_messages", lambda *args: Catalog(locale="vi"))
    catalogues.write(catalogues.catalogue_path(), said(("Send the file", "Gửi tệp")))

    call_command("collect_messages")

    assert "django: 5 messages, 4 without Vietnamese." in capsys.readouterr().out
    assert catalogues.read(catalogues.catalogue_path())["Send the file"].string == "Gửi tệp"
    with pytest.raises(CommandError, match="4 faults"):
        call_command("check_messages")


def test_words_of_packages_that_people_meet_are_needed():
    needed = {catalogues.key(message)[0] for message in catalogues.library_messages() if message.id}

    assert {"Skip to main content", "Password (again)", "Enter a valid JSON."} <= needed
    assert "Save" not in needed  # Django says it in Vietnamese itself
    assert "Sign Up" not in needed  # said only in a template the project replaces


def test_words_of_the_admin_scripts_are_needed():
    needed = {catalogues.key(message)[0] for catalogue in catalogues.needed("djangojs") for message in catalogue}

    assert {"Monday", "Choose all %s"} <= needed
    assert "Today" not in needed  # Django says it in Vietnamese itself
