"""The form every page of the portal starts from."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from exchange.common import vietnamese
from exchange.common.widgets import css_class, kind

MISSING = {
    "plain": _("Fill this in."),
    "choices": _("Choose an answer."),
    "select": _("Choose one from the list."),
    "check": _("Tick this box to go on."),
    "file": _("Choose a file."),
}


class PortalBoundField(BoundField):
    """A bound field whose control carries the class of the design."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """Django's attributes plus the class, unless the widget brings its own."""
        attrs = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        # a browser would cut off silently what is pasted; the form says how much is too much
        shown.attrs.pop("maxlength", None)
        css = css_class(shown)
        if css and "class" not in shown.attrs:
            attrs.setdefault("class", css)
        return attrs


class PortalForm(forms.Form):
    """Text is kept in NFC without control characters; optional fields say so; the browser does not judge."""

    bound_field_class = PortalBoundField
    use_required_attribute = False
    mark_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            say_what_is_missing(field)

    def _clean_fields(self) -> None:
        if self.is_bound:
            self.data = clean_text(self.data, kept=self._kept_as_typed())
        super()._clean_fields()  # type: ignore[misc]  # unknown to the stubs

    def _kept_as_typed(self) -> set[str]:
        return {self.add_prefix(name) for name, field in self.fields.items() if not getattr(field, "strip", True)}


class PortalModelForm(PortalForm, forms.ModelForm):
    """The same for a form made from a model; saving still goes through a service."""


def say_what_is_missing(field: forms.Field) -> None:
    """Put what to do in place of "this field is required", unless the field has words of its own."""
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = MISSING[kind(field.widget)]
    if isinstance(field, forms.EmailField):
        field.error_messages.setdefault("invalid", _("Enter an address such as name@example.vn."))


def clean_text(data: Any, *, kept: Collection[str] = ()) -> Any:
    """Posted data with every text in NFC and without control characters; passwords (`kept`) stay as typed."""
    if not hasattr(data, "setlist"):
        return {key: value if key in kept else _cleaned(value) for key, value in data.items()}
    cleaned = data.copy()
    for key, values in data.lists():
        if key not in kept:
            cleaned.setlist(key, [_cleaned(value) for value in values])
    return cleaned


def _cleaned(value: Any) -> Any:
    return vietnamese.clean(value) if isinstance(value, str) else value
