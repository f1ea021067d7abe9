"""What the pages of the file step show, made ready for their templates."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from catalog.assets.models import Asset, Revision
from catalog.datasets import dictionary_csv, selectors
from catalog.datasets.forms import ENCODINGS, SEPARATORS, SIGNS, PreviewForm
from catalog.datasets.models import Column, DataFile
from catalog.datasets.shown import share, shown_ends
from catalog.datasets.states import ReadingState
from catalog.datasets.words import notice_sentence, suspicion
from exchange.common.clock import now
from exchange.files.ranges import disposition

RESULTS_A_PAGE = 50
SHOWN_ROWS = 4
# Notices that send the reader to the figures of the columns; those of ambiguous numbers are shown beside the notice.
AMBIGUOUS = "number_doubtful"
ABOUT_VALUES = {"day_doubtful", "month_first", "codes_as_decimals", "odd_values", "unreadable_signs"}
CHANGED_ELSEWHERE = _(
    "This registration was changed in another window or by a colleague since you opened the page. What you typed is "
    "kept below. Compare it with the present answers, then save again."
)
CHOOSE_AGAIN = _(
    "This registration was changed in another window since you opened the page. Choose the file once more to add it."
)
PARTS = (
    ("catalog:file-upload", _("File"), ()),
    ("catalog:reading-confirm", _("How it is read"), (ReadingState.READ, ReadingState.CONFIRMED)),
    ("catalog:dictionary-edit", _("Dictionary"), (ReadingState.CONFIRMED,)),
    ("catalog:preview-choose", _("Preview"), (ReadingState.CONFIRMED,)),
)


def leave(request: HttpRequest, asset: Asset) -> HttpResponse:
    """Back to the asset with a word why."""
    messages.info(request, str(_("This part can no longer be changed; it was sent.")))
    return HttpResponseRedirect(asset.get_absolute_url())


def replaced(request: HttpRequest, place: str) -> HttpResponse:
    """The file of an old page is gone: on to the present one."""
    words = _("The file was replaced in another window. This is the present one; nothing was saved.")
    messages.warning(request, str(words))
    return HttpResponseRedirect(place)


def parts(revision: Revision, file: DataFile | None, here: str) -> list[dict[str, Any]]:
    """The pages of the step that can be opened now."""
    state = file.state if file else ""
    return [
        {
            "title": title,
            "url": reverse(name, kwargs={"number": revision.asset.number}),
            "is_here": name == here or (name == PARTS[0][0] and here == "catalog:file-wait"),
        }
        for name, title, states in PARTS
        if not states or state in states
    ]


def waiting(file: DataFile) -> dict[str, Any]:
    """Whether the reading goes on, failed, or takes too long."""
    failed = file.state == ReadingState.FAILED
    return {"is_busy": not failed, "may_retry": failed or file.is_overdue(now()), "has_errors": failed}


def reading(file: DataFile, columns: Iterable[Column]) -> dict[str, Any]:
    """How a file is read, in words, with what to look at."""
    every = list(columns)
    encodings, separators = dict(ENCODINGS), dict(SEPARATORS)
    sign = next((name for name, value in SIGNS.items() if value == file.separator), "")
    return {
        "encoding": encodings.get(file.encoding, file.encoding),
        "is_encoding_certain": file.guesses.get("encoding_certain", True),
        "separator": separators.get(sign, file.separator),
        "titles": file.guesses.get("titles", []),
        "notes": file.guesses.get("notes", []),
        "notices": [notice_sentence(notice["code"], notice["values"]) for notice in file.warnings],
        "sample": _first_rows(file.sample),
        "letters": range(1, max((len(row["cells"]) for row in file.sample), default=0) + 1),
        "same": selectors.same_file(file),
        "is_doubtful": any(notice["code"] in ABOUT_VALUES for notice in file.warnings),
        "ends": results(_ambiguous(file, every)),
        "has_blanks": any(column.nulls for column in every),
        "has_hidden": any(column.is_flagged for column in every),
        "is_confirmed": file.state == ReadingState.CONFIRMED,
    }


def _ambiguous(file: DataFile, columns: Iterable[Column]) -> list[Column]:
    """The columns whose numbers can be read in two ways; their ends show which way was taken."""
    said = "; ".join(notice["values"]["names"] for notice in file.warnings if notice["code"] == AMBIGUOUS)
    names = said.split("; ")
    return [column for column in columns if column.name in names and not column.is_flagged]


def _first_rows(sample: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Titles and headings, and as many rows of data as show whether they are read right."""
    data = [row for row in sample if row["part"] == "data"]
    return [row for row in sample if row["part"] != "data"] + data[:SHOWN_ROWS]


def results(columns: Iterable[Column]) -> list[dict[str, Any]]:
    """What was found in each column."""
    return [_result(column) for column in columns]


def _result(column: Column) -> dict[str, Any]:
    present = column.facts.get("present", 0)
    low, high = shown_ends(column)
    return {
        "column": column,
        "complete": share(present, present + column.nulls),
        "invalid": present - column.facts.get("valid", present),
        "is_exact": column.facts.get("distinct_exact", True),
        "low": low,
        "high": high,
        "suspicion": suspicion(column.suspected) if column.suspected else "",
        "percent": share(round(column.suspected_share * 1000), 1000),
        "by_name": column.facts.get("suspected_by") == "name",
        "is_decided": column.is_personal or bool(column.override_reason),
    }


def dictionary_response(columns: Iterable[Column], name: str) -> HttpResponse:
    """The dictionary as a CSV file."""
    response = HttpResponse(dictionary_csv.write(columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def candidates(file: DataFile, columns: list[Column], form: PreviewForm) -> dict[str, Any]:
    """Rows to choose the preview from, each with its box; columns that are left out."""
    flagged = {column.name for column in columns if column.is_flagged}
    names = file.candidates.get("columns", [])
    keep = [i for i, name in enumerate(names) if name not in flagged]
    chosen = {str(value) for value in (form["rows"].value() or [])}
    rows = [
        {"number": number, "cells": [row[i] for i in keep], "is_chosen": str(number) in chosen}
        for number, row in enumerate(file.candidates.get("rows", []), 1)
    ]
    is_unfolded = bool(form.errors) or form["shown"].value() == "on"
    return {
        "names": [names[i] for i in keep],
        "rows": rows,
        "left_out": sorted(flagged),
        "is_unfolded": is_unfolded,
    }
