"""Markdown people write, as clean HTML: paragraphs, lists, emphasis, links, tables, headings below the page's own."""

from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "ul", "ol", "li", "em", "strong", "code", "pre", "blockquote", "a", "h3", "h4", "h5", "hr"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
LOWERED = {"h1": "h3", "h2": "h3", "h3": "h4", "h4": "h5", "h5": "h5", "h6": "h5"}
_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(maxsize=256)
def to_html(text: str) -> SafeString:
    """The text as HTML without scripts, styles, pictures or addresses other than web and mail."""
    tokens = _parser.parse(text)
    for token in tokens:
        token.tag = LOWERED.get(token.tag, token.tag)
    raw = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        raw,
        tags=TAGS | TABLE,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by nh3 from an allow-list
