"""Checks of identifiers (R1, R2, R5, R9, R86): pure; a refusal is a sentence that says what to do.

No sentence repeats what was typed: some of these numbers are personal data.
"""

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext_lazy as _
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.vn import mst

from exchange.common.errors import DomainError

AGENCY_PATTERN = r"[A-K]\d{2}(?:\.\d{2,3})*"
AGENCY_LENGTH = 35
OLD_AGENCY = re.compile(r"(\d{3})\.(\d{2})\.(\d{2})\.([A-K]\d{2})\Z", re.ASCII)
PERSONAL_ID = re.compile(r"(\d{3})(\d)(\d{2})(\d{6})\Z", re.ASCII)
MOBILE_PATTERN = r"[35789]\d{8}"
ACCOUNT = re.compile(r"[0-9A-Z]{6,19}\Z")
LAST_OLD_PROVINCE = 96
SEPARATORS = re.compile(r"[\s.\-\u00a0\u2010-\u2015]+")


class AgencyRow(Protocol):
    """What the check needs to know of a level-1 code."""

    closed_on: dt.date | None
    successor: str


@dataclass(frozen=True)
class PersonalId:
    """Parts of a personal identification number: province of birth registration, sex, year of birth."""

    birth_province: str
    sex: str
    birth_year: int


def tax_code(text: str) -> str:
    """A checked tax code of an organisation: ten digits, or ten, a hyphen and three for a branch (R1)."""
    try:
        return mst.format(mst.validate(text))
    except InvalidLength as error:
        raise _no_tax_code(
            _("A tax code has 10 digits, or 13 for a branch. Copy it from the registration certificate.")
        ) from error
    except InvalidChecksum as error:
        raise _no_tax_code(
            _("No such tax code: its last digit does not fit. Compare it with the registration certificate.")
        ) from error
    except ValidationError as error:
        raise _no_tax_code(
            _("This tax code is not valid. Enter digits only, as they stand on the registration certificate.")
        ) from error


def _no_tax_code(message: object) -> DomainError:
    return DomainError(message, code="tax_code_invalid")


def person_tax_code(text: str, *, today: dt.date) -> str:
    """A checked tax code of a natural person: the personal identification number since 01/07/2025."""
    return personal_id(text, today=today)


def personal_id_parts(text: str) -> PersonalId | None:
    """Province, sex and year of birth of a 12-digit number; None where the form is wrong."""
    match = PERSONAL_ID.match(text)
    if match is None:
        return None
    province, century, year, _serial = match.groups()
    return PersonalId(province, "F" if int(century) % 2 else "M", 1900 + 100 * (int(century) // 2) + int(year))


def personal_id(text: str, *, today: dt.date) -> str:
    """Twelve digits whose province and year of birth are possible; there is no check digit."""
    number = SEPARATORS.sub("", text)
    parts = personal_id_parts(number)
    if parts is None:
        raise DomainError(
            _("A personal identification number has 12 digits. Copy it from the identity card."),
            code="personal_id_invalid",
        )
    if not 1 <= int(parts.birth_province) <= LAST_OLD_PROVINCE or parts.birth_year > today.year:
        raise DomainError(
            _("This personal identification number cannot exist. Compare it with the identity card."),
            code="personal_id_invalid",
        )
    return number


def convert_old_agency_code(text: str) -> str:
    """The present form of a code of QCVN 102:2016 (root last): 000.00.17.H49 becomes H49.17; others stay."""
    match = OLD_AGENCY.match(text)
    if match is None:
        return text
    level4, level3, level2, root = match.groups()
    return ".".join([root, *(part for part in (level2, level3, level4) if int(part))])


def agency_code(text: str, *, register: Mapping[str, AgencyRow], pattern: str = AGENCY_PATTERN) -> str:
    """A checked agency code whose level 1 is in the list and not closed (R2)."""
    code = convert_old_agency_code(re.sub(r"\s+", "", text).upper())
    if not is_agency_code(code, pattern):
        raise DomainError(
            _("An agency code is a letter and two digits, then groups of two or three digits: G09 or H01.151."),
            code="agency_code_invalid",
        )
    root = register.get(code[:3])
    if root is None:
        raise DomainError(
            _("The code %(code)s is not in the list of agencies. Check its first three signs.") % {"code": code[:3]},
            code="agency_code_unknown",
        )
    if root.closed_on is not None:
        raise _closed(code[:3], root)
    return code


def is_agency_code(code: str, pattern: str = AGENCY_PATTERN) -> bool:
    """Whether a code has the form of Decision 20/2020: at most 35 signs, levels separated by dots."""
    return len(code) <= AGENCY_LENGTH and bool(re.fullmatch(pattern, code, re.ASCII))


def _closed(root: str, row: AgencyRow) -> DomainError:
    if not row.successor:
        return DomainError(
            _("The agency code %(code)s has been closed. Use the code of the body that took over its duties.")
            % {"code": root},
            code="agency_code_closed",
        )
    return DomainError(
        _("The agency code %(code)s was closed on %(day)s. Use the code that begins with %(successor)s.")
        % {"code": root, "day": f"{row.closed_on:%d/%m/%Y}", "successor": row.successor},
        code="agency_code_closed",
    )


def mobile_number(text: str, *, pattern: str = MOBILE_PATTERN) -> str:
    """A Vietnamese mobile number as +84 and nine digits (R86)."""
    digits = re.sub(r"[\s.\-()]+", "", text)
    local = re.sub(r"\A(?:\+84|0084|84(?=\d{9}\Z)|0)", "", digits)
    if not re.fullmatch(pattern, local, re.ASCII):
        raise DomainError(
            _("Enter a Vietnamese mobile number: 0 and nine digits, for example 0912 345 678."),
            code="mobile_number_invalid",
        )
    return f"+84{local}"


def bank_account(text: str) -> str:
    """An account number without blanks: 6 to 19 digits or letters."""
    number = SEPARATORS.sub("", text).upper()
    if not ACCOUNT.match(number):
        raise DomainError(
            _("An account number has 6 to 19 digits or letters. Copy it from the bank's confirmation."),
            code="bank_account_invalid",
        )
    return number


def bank_bin(text: str, *, known: Collection[str]) -> str:
    """The six-digit number of a bank of the list (R5)."""
    code = text.strip()
    if code not in known:
        raise DomainError(_("Choose a bank of the list."), code="bank_unknown")
    return code
