"""Form fields that read numbers, money and days as people in Viet Nam write them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exchange.common.widgets import DayInput, NumberText

BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]+")
GROUPED = {mark: re.compile(rf"[+-]?\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+") for mark in ".,"}
CURRENCY = re.compile(r"(?:₫|đ|vnd|vnđ|dong|đồng)\.?$", re.IGNORECASE)


def ungrouped(text: str) -> str:
    """A typed number without blanks and thousands separators, decimal point last: '1.500.000' -> '1500000'.

    The separator of the active language wins; the other one is taken only where nothing else can be meant
    (two or more groups of three).
    """
    bare = BLANKS.sub("", text)
    decimal, group = (".", ",") if get_language() == "en" else (",", ".")
    whole, mark, rest = bare.partition(decimal)
    if not mark and GROUPED[group].fullmatch(whole):
        return whole.replace(group, "")
    if mark and (whole.isdigit() or GROUPED[group].fullmatch(whole)) and rest.isdigit():
        return f"{whole.replace(group, '')}.{rest}"
    if bare.count(decimal) > 1 and GROUPED[decimal].fullmatch(bare):
        return bare.replace(decimal, "")
    return bare


class WholeNumberField(forms.IntegerField):
    """A whole number; thousands separators are accepted and shown."""

    widget = NumberText
    default_error_messages = {
        "invalid": _("Enter a whole number in digits, for example 1500."),
        "min_value": _("Enter a number of %(limit_value)s or more."),
        "max_value": _("Enter a number of %(limit_value)s or less."),
    }

    def to_python(self, value: Any) -> int | None:
        """The number, or what to type instead."""
        if not isinstance(value, str):
            return super().to_python(value)
        text = ungrouped(value)
        if text and not re.fullmatch(r"[+-]?\d{1,18}", text):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        """A stored number with separators; what was typed stays as it was typed."""
        return formats.number_format(value, force_grouping=True) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares numbers, not their spelling."""
        try:
            return self.to_python(data) != self.to_python(initial)
        except forms.ValidationError:
            return True


class PercentField(WholeNumberField):
    """A whole per cent from 0 to 100; "98 %" is 98."""

    default_error_messages = dict.fromkeys(
        ("invalid", "min_value", "max_value"),
        _("Enter a whole number from 0 to 100, for example 98. Round off what comes after the decimal mark."),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """The number without its sign."""
        return super().to_python(value.strip().removesuffix("%").rstrip() if isinstance(value, str) else value)


class DongField(WholeNumberField):
    """Whole dong: 1.500.000, 1500000 and '1 500 000 ₫' are the same amount."""

    default_error_messages = {
        "invalid": _("Enter the amount in whole dong, digits only, for example 1500000."),
        "min_value": _("Enter an amount of %(limit_value)s dong or more."),
    }

    def __init__(self, *, min_value: int | None = 0, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, **kwargs)

    def to_python(self, value: Any) -> int | None:
        """The amount in dong."""
        return super().to_python(CURRENCY.sub("", value.strip()) if isinstance(value, str) else value)


class DecimalTextField(forms.DecimalField):
    """A number with decimals: 98,4 in Vietnamese, 98.4 in English."""

    widget = NumberText
    default_error_messages = {"invalid": _("Enter a number in digits, for example %(example)s.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["inputmode"] = "decimal"

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        """The number, or what to type instead."""
        try:
            return super().to_python(Decimal(text) if (text := ungrouped(value or "")) else None)
        except (InvalidOperation, TypeError) as error:
            example = formats.number_format(Decimal("98.4"))
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"example": example}
            ) from error

    def prepare_value(self, value: Any) -> Any:
        """A stored number as the language writes it."""
        return formats.number_format(value) if isinstance(value, Decimal | float) else value


class DayField(forms.DateField):
    """A calendar day typed as dd/mm/yyyy; 03/04/2026 is 3 April."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("Enter the day as day/month/year, for example 03/04/2026 for the third of April 2026.")
    }
    input_formats = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Day/month/year, for example 03/04/2026"))
        super().__init__(**kwargs)
