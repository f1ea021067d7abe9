"""Sentences for the codes of the reading: what is wrong with a file and what to do, what to look at."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Sentence = str | Promise
UNKNOWN = "unreadable"
KINDS: dict[str, Sentence] = {
    "pdf": _("a PDF document"),
    "png": _("a PNG picture"),
    "jpeg": _("a JPEG picture"),
    "gif": _("a GIF picture"),
    "bmp": _("a BMP picture"),
    "tiff": _("a TIFF picture"),
    "media": _("a sound or video file"),
    "gzip": _("a GZIP archive"),
    "bzip2": _("a BZIP2 archive"),
    "xz": _("an XZ archive"),
    "zstd": _("a Zstandard archive"),
    "7z": _("a 7z archive"),
    "rar": _("a RAR archive"),
    "tar": _("a TAR archive"),
    "ZIP": _("a ZIP archive"),
    "jar": _("a Java archive"),
    "kmz": _("a KMZ map"),
    "parquet": _("a Parquet file"),
    "arrow": _("an Arrow file"),
    "avro": _("an Avro file"),
    "sqlite": _("an SQLite database"),
    "dbf": _("a dBASE table"),
    "rtf": _("an RTF document"),
    "docx": _("a Word document"),
    "pptx": _("a PowerPoint presentation"),
    "ods": _("an OpenDocument spreadsheet"),
    "xlsb": _("a binary Excel workbook (.xlsb)"),
    "program": _("a program"),
    "html": _("a web page (HTML)"),
    "xml": _("an XML document"),
    "json": _("a JSON document"),
    "binary": _("a binary file"),
}
OTHER_KIND = _(
    "The content of this file is %(kind)s. Open it in a spreadsheet program and save the table as CSV or XLSX."
)
REFUSALS: dict[str, Sentence] = {
    "empty": _("The file is empty. Choose a file with a table in it."),
    "no_rows": _("There are headings but no rows of data below them. Choose a file with data, or correct the reading."),
    "other_format": OTHER_KIND,
    "archive": OTHER_KIND,
    "old_excel": _("This is a workbook of old Excel (.xls). Open it and save it as an Excel workbook (.xlsx)."),
    "protected_excel": _(
        "The workbook is protected by a password or was saved by old Excel. Open it, remove the password and save it "
        "as an Excel workbook (.xlsx)."
    ),
    "zip_named": _(
        "The content is an Excel workbook or a ZIP archive, but the name ends in .%(extension)s. If it is a "
        "workbook, rename it to end in .xlsx."
    ),
    "not_xlsx": _("The name ends in .xlsx, but the content is plain text. Rename the file to end in .csv."),
    "wrong_extension": _(
        "The exchange takes files whose name ends in .csv or .xlsx. Rename the file, or save the table as CSV or XLSX."
    ),
    "macros": _("The workbook holds macros. Save it as an Excel workbook without macros (.xlsx)."),
    "bomb": _(
        "A part of the workbook grows more than %(ratio)s times when unpacked, which no real table does. Save"
        " the table as CSV."
    ),
    "too_large_unpacked": _("The workbook is larger than %(limit)s MB when unpacked. Save the table as CSV."),
    "too_many_parts": _("The workbook has more than %(limit)s parts. Copy the table into a new workbook."),
    "xml_entities": _(
        "The workbook holds definitions that could attack programs reading it. Copy the table into a new workbook."
    ),
    "archive_damaged": _(
        "The workbook is damaged or was not uploaded to its end. Open it in Excel, save it again and upload it again."
    ),
    "workbook_damaged": _("The workbook cannot be read. Open it in Excel, save it again and upload it again."),
    "no_such_sheet": _("The workbook has no sheet called %(sheet)s. Choose another sheet."),
    "nul_bytes": _("Line %(line)s holds bytes that no text has. Save the table again as CSV."),
    "line_too_long": _("Line %(line)s has more than a million signs. Check the line breaks of the file."),
    "quote_unclosed": _(
        "A quotation mark opened in line %(line)s is never closed. Close it, or upload the file again to its end."
    ),
    "too_many_columns": _(
        "The table has %(count)s columns; the exchange reads at most %(limit)s. Turn groups of columns into rows."
    ),
    "unknown_encoding": _("The exchange does not know this text encoding. Choose one of the list."),
    "time": _(
        "Reading took longer than %(seconds)s seconds and was stopped. Try again; if it happens again, split the file."
    ),
    "memory": _("Reading needs more memory than the exchange allows. Save the table as CSV, or split the file."),
    "died": _("Reading was interrupted. Try again."),
    "unreadable": _("The exchange could not read this file. Save the table again as CSV and upload it again."),
    "changed": _("The stored file is no longer what was uploaded. Upload it again."),
}
NOTICES: dict[str, Sentence] = {
    "encoding_doubtful": _(
        "The text encoding is a guess (%(encoding)s). Compare the letters below with your file and choose "
        "another encoding if they are wrong."
    ),
    "damaged_signs": _(
        "%(count)s bytes are no valid UTF-8; they are shown as �. The file may have been damaged or put "
        "together from several encodings."
    ),
    "tcvn3_capitals": _(
        "The file was written in an old Vietnamese font (TCVN3). Capital letters with tone marks may come out small."
    ),
    "rows_too_long": _(
        "%(count)s rows have more values than there are columns, the first in row %(row)s. What is beyond the"
        " last column is not described."
    ),
    "rows_too_short": _("%(count)s rows have fewer values than there are columns. The missing ones count as empty."),
    "maybe_cut_off": _(
        "The last row has %(cells)s of %(width)s values and no line break: the file may have been cut off. "
        "Compare it with the original."
    ),
    "other_sheets": _(
        "Only the sheet %(sheet)s is described. Buyers receive the whole workbook, with these sheets too: %(names)s."
    ),
    "hidden_sheets": _(
        "The workbook has hidden sheets. Buyers receive them too: remove what must not leave your "
        "organisation and upload the file again."
    ),
    "formulas_without_result": _(
        "%(count)s formulas have no stored result and count as empty. Open the workbook in Excel and save it again."
    ),
    "error_cells": _("%(count)s cells hold an error such as #N/A and count as empty."),
    "number_doubtful": _(
        "Numbers in %(names)s can be read in two ways, with a dot or comma for thousands or for decimals. "
        "If the least or greatest value is wrong, choose the decimal mark under “Something is read wrong”."
    ),
    "day_doubtful": _(
        "Days in %(names)s are read as day/month/year, as usual in Viet Nam; the values would also fit month/day/year."
    ),
    "month_first": _(
        "Days in %(names)s are written month first. Write them as day/month/year or year-month-day for buyers"
        " in Viet Nam."
    ),
    "codes_as_decimals": _(
        "Codes in %(names)s were saved as decimal numbers (9552.0): leading zeros may be lost. Save them as text."
    ),
    "odd_values": _("Some values in %(names)s do not fit the type of their column."),
    "unreadable_signs": _("Some values in %(names)s hold signs that could not be read. The encoding may be wrong."),
    "marks_apart": _(
        "In %(names)s some letters and their marks are written apart (not Unicode NFC). Searching may miss "
        "them; the bytes stay as they are."
    ),
    "formulas": _(
        "Some values in %(names)s begin like a formula. Spreadsheet programs may run them; check that they "
        "are meant as text."
    ),
    "empty_columns": _("These columns hold no value: %(names)s."),
    "nameless_columns": _(
        "%(count)s columns have no heading; the exchange called them cot_1, cot_2 … Give them a meaning in "
        "the dictionary."
    ),
    "repeated_rows": _("%(count)s rows repeat an earlier row exactly."),
    "refresh_failed": _("The figures could not be counted again. Open “How we read your file” and confirm again."),
}
SUSPICIONS: dict[str, Sentence] = {
    "personal_id": _("personal identification numbers"),
    "phone": _("phone numbers"),
    "email": _("e-mail addresses"),
    "person_name": _("names of persons"),
    "tax_code_person": _("tax codes of persons"),
    "address": _("addresses"),
    "birth_date": _("days of birth"),
}


def refusal_sentence(code: str, values: Mapping[str, Any]) -> str:
    """What is wrong with a file and what to do, in the active language."""
    sentence = str(REFUSALS.get(code, REFUSALS[UNKNOWN]))
    return sentence % _named(values) if "%(" in sentence else sentence


def notice_sentence(code: str, values: Mapping[str, Any]) -> str:
    """What the steward should look at, in the active language."""
    sentence = str(NOTICES[code])
    return sentence % _named(values) if "%(" in sentence else sentence


def suspicion(code: str) -> str:
    """What a column may hold, in the active language."""
    return str(SUSPICIONS.get(code, gettext("personal data")))


def _named(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: str(KINDS.get(str(value), value)) if name == "kind" else value for name, value in values.items()}
