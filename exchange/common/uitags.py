"""Template tags of the design: icons, badges, rings, meters, money."""

from functools import lru_cache

from django import template
from django.core.paginator import Paginator
from django.forms import BoundField
from django.forms.widgets import Input
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exchange.common import drum as lattice
from exchange.common import kept, money, svg, widgets
from exchange.common.markdown import to_html

register = template.Library()

# code: icon, word, name of the axis (read by screen readers)
CLASSES = {
    "open": ("unlock", _("Open"), _("Sharing nature:")),
    "shared": ("share", _("Shared"), _("Sharing nature:")),
    "internal": ("lock", _("Internal use"), _("Sharing nature:")),
    "important": ("shield", _("Important"), _("Importance:")),
    "core": ("shield", _("Core"), _("Importance:")),
    "derived": ("flow", _("Value-added"), _("Origin:")),
}


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the set."""
    return svg.icon(name, css)


@register.simple_tag
def mark() -> SafeString:
    """The mark of the exchange."""
    return svg.mark()


@register.simple_tag
def drum() -> SafeString:
    """The lattice of the home page."""
    return lattice.drum()


@register.simple_tag
def ring(value: float, css: str = "") -> SafeString:
    """A quality ring; nothing where quality was not measured."""
    return svg.ring(round(value), css) if value is not None and value != "" else SafeString("")


@register.simple_tag
def meter(value: float, css: str = "") -> SafeString:
    """A bar from 0 to 100."""
    return svg.meter(float(value or 0), css)


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """A QR code with its meaning."""
    return svg.qr_code(text, label)


@register.simple_tag
def klass(sharing: str = "", importance: str = "", origin: str = "") -> SafeString:
    """Class badges: sharing nature always, importance above Other, origin only when derived."""
    return _badges(sharing, importance, origin, get_language())


@lru_cache(maxsize=500)
def _badges(sharing: str, importance: str, origin: str, language: str | None) -> SafeString:
    codes = [code.lower() for code in (sharing, importance, origin) if code and code.lower() in CLASSES]
    return format_html_join(
        "",
        '<span class="badge {}">{}<span class="vh">{} </span>{}</span>',
        ((code, svg.icon(CLASSES[code][0]), CLASSES[code][2], CLASSES[code][1]) for code in codes),
    )


@register.filter
def vnd(value: int | None) -> str:
    """Whole dong: 1.500.000 ₫ in Vietnamese, 1,500,000 VND in English."""
    return "" if value is None or value == "" else money.shown(int(value))


@register.filter
def dots(value: float | None) -> str:
    """A whole number with the thousands separator of the language."""
    return "" if value is None or value == "" else formats.number_format(int(value), force_grouping=True)


@register.filter
def markdown(text: str) -> SafeString:
    """Markdown people wrote, as clean HTML."""
    return to_html(text or "")


@register.filter
def short_hash(value: str) -> str:
    """A digest by its head and tail (14 characters)."""
    text = str(value or "")
    return f"{text[:8]}…{text[-6:]}" if len(text) > 16 else text


@register.filter
def layout(field: BoundField) -> str:
    """How a field is laid out: choices, check, file or plain."""
    return widgets.kind(field.field.widget)


@register.filter
def anchor(field: BoundField) -> str:
    """The id an error in the summary links to: the control, or its first choice."""
    if widgets.kind(field.field.widget) == "choices" and len(field.subwidgets):
        return str(field.subwidgets[0].id_for_label)
    return str(field.id_for_label)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The control of a field with the class of the design, whatever form it belongs to; no words inside it."""
    control = field.field.widget
    attrs: dict[str, str | bool] = {} if "class" in control.attrs else {"class": widgets.css_class(control) or False}
    if isinstance(control, Input):
        attrs["placeholder"] = False
    return field.as_widget(attrs=attrs)


@register.filter
def page_numbers(paginator: Paginator, number: int) -> list[int]:
    """Numbers to show around the present page; 0 stands for a gap."""
    shown = paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
    return [page if isinstance(page, int) else 0 for page in shown]


@register.simple_tag
def kept_part(template_name: str, part: kept.Part) -> SafeString:
    """A part of a page that depends on its values alone, rendered once for the same values."""
    return kept.rendered(template_name, part)


@register.simple_tag
def bilingual(vi: str, en: str = "") -> SafeString | str:
    """Content people wrote, in the language of the page; marked as Vietnamese where the English is missing."""
    if get_language() != "en":
        return vi
    return en or format_html('<span lang="vi">{}</span>', vi)
