"""Widgets of the design, and the class each kind of control carries."""

from collections.abc import Mapping
from typing import Any

from django import forms

SHORT, MEDIUM = "input w-s", "input w-m"
BARE = (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple, forms.FileInput, forms.HiddenInput)


def css_class(widget: forms.Widget) -> str:
    """The class of a control: none for boxes and files, which are dressed by what surrounds them."""
    return "" if isinstance(widget, BARE) else "input"


def kind(widget: forms.Widget) -> str:
    """How a field is laid out: choices, check, file or plain."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "file" if isinstance(widget, forms.FileInput) else "plain"


class Hints:
    """Choices that carry a line of explanation: `hints` maps a value to its sentence."""

    def __init__(self, attrs: dict | None = None, choices: Any = (), hints: Mapping[str, object] | None = None) -> None:
        super().__init__(attrs, choices)  # type: ignore[call-arg]
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with its hint, for the template."""
        option = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        option["hint"] = self.hints.get(str(value), "")
        return option


class ChoiceCards(Hints, forms.RadioSelect):
    """One of a few, each with a hint."""


class CheckCards(Hints, forms.CheckboxSelectMultiple):
    """Some of a few, each with a hint."""


class DayInput(forms.DateInput):
    """A day as text, dd/mm/yyyy: works the same in every browser and language."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"class": SHORT, "autocomplete": "off", "inputmode": "numeric", **(attrs or {})}, "%d/%m/%Y")


class NumberText(forms.TextInput):
    """A number as text: thousands separators may be typed, the wheel of a mouse changes nothing."""

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"class": SHORT, "autocomplete": "off", "inputmode": "numeric", **(attrs or {})})
