"""Catalogues are compiled when they changed, and only then."""

import gettext
import os

import pytest
from babel.messages.mofile import write_mo

from exchange.common import compiled
from exchange.common.compiled import compile_all

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Seller"\nmsgstr "Bên bán"\n'


@pytest.fixture
def po(tmp_path):
    path = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO, encoding="utf-8")
    return path


def test_compiled_catalogue_translates(po, tmp_path):
    assert compile_all(tmp_path) == [po]

    assert gettext.translation("django", tmp_path, ["vi"]).gettext("Seller") == "Bên bán"


def test_unchanged_catalogue_is_left_alone_and_a_changed_one_is_not(po, tmp_path):
    compile_all(tmp_path)

    assert compile_all(tmp_path) == []
    os.utime(po, (po.stat().st_mtime + 5,) * 2)
    assert compile_all(tmp_path) == [po]


def test_programs_that_start_at_once_do_not_take_each_others_draft(po, tmp_path, monkeypatch):
    def written_by_both(file, catalogue):
        if not po.with_suffix(".mo").exists():
            monkeypatch.setattr(os, "getpid", lambda: 7)
            monkeypatch.setattr(compiled, "write_mo", write_mo)
            assert compile_all(tmp_path) == [po]
        write_mo(file, catalogue)

    monkeypatch.setattr(compiled, "write_mo", written_by_both)

    assert compile_all(tmp_path) == [po]
    assert sorted(path.name for path in po.parent.iterdir()) == ["django.mo", "django.po"]
