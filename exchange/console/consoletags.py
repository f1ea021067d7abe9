"""Template tags of the console: verdicts, deadlines, facets."""

import datetime as dt

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from exchange.common.admin import badge
from exchange.rules.findings import Verdict

register = template.Library()

VERDICTS = {
    Verdict.BLOCK: ("err", "stop"),
    Verdict.HOLD: ("warn", "clock"),
    Verdict.WARN: ("gold", "warn"),
    Verdict.DUE: ("info", "calendar"),
    Verdict.PASS: ("ok", "check"),
}


@register.filter
def edition(ruleset: str) -> str:
    """The edition of a rule set, "2026.11" of "trade-2026.11": its kind is clear from the page."""
    return ruleset.replace(" ", "-").rsplit("-", 1)[-1]


@register.simple_tag
def verdict(code: Verdict) -> SafeString:
    """The verdict of a rule in words."""
    tone, icon = VERDICTS[code]
    return badge(tone, code.label, icon)


@register.simple_tag
def chip(tone: str, text: object, icon: str = "") -> SafeString:
    """A chip of any kind."""
    return badge(tone, text, icon)


@register.simple_tag
def due(days: int | None, date: dt.date | None = None) -> SafeString:
    """Working days left, negative when late. The words carry the meaning, the colour repeats it."""
    if days is None:
        return format_html('<span class="muted">{}</span>', gettext("No deadline"))
    if days < 0:
        late = ngettext("%(count)s day late", "%(count)s days late", -days) % {"count": -days}
        shown = badge("err", late, "stop")
    elif days == 0:
        shown = badge("warn", gettext("Today"), "clock")
    else:
        left = ngettext("%(count)s day left", "%(count)s days left", days) % {"count": days}
        shown = badge("", left, "clock")
    if date is None:
        return shown
    return format_html(
        '<span class="due">{}<small class="num">{}</small></span>', shown, date_format(date, "SHORT_DATE_FORMAT")
    )


@register.simple_tag
def facet(display: object) -> SafeString | str:
    """A filter choice as the admin writes it, 'Words (14)', with the count in its own aligned column."""
    text = str(display)
    label, found, count = text.removesuffix(")").rpartition(" (")
    if not text.endswith(")") or not found or not (count.isdigit() or count == "-"):
        return text
    return format_html(
        '<span class="{}">{}</span> <span class="count">{}</span>', "none" if count == "0" else "some", label, count
    )
