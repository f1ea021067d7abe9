"""Constant parts of templates are put into words once in each language; every page looks as with Django's loader."""

import pytest
from django.conf import settings
from django.template import Context, Engine, TemplateDoesNotExist
from django.template.base import TextNode
from django.urls import NoReverseMatch
from django.utils.translation import override

from exchange.common import kept
from tests.architecture.source import ROOT

FOLDERS = ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"]
PAGES = sorted(str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*") if path.is_file())
SAMPLE = {
    "part.html": '<i>{% translate "Home" %} {{ who }}</i>',
    "block.html": "{% block inner %}{% endblock %}",
    "constant.html": '{% comment %}x{% endcomment %}<a href="{% url "portal:home" %}">{% icon "search" %}'
    '{% translate "Home" %}</a>{% blocktranslate trimmed %}Sign in{% endblocktranslate %}',
    "page.html": '{% translate "Home" as home %}{% url "nowhere" as lost %}{{ home }}{{ lost }}'
    '{% for one in many %}{% if one %}{% translate "Search" %} {{ one }}{% else %}{% icon "x" %}{% endif %}{% endfor %}'
    '{% include "part.html" %}{% include "part.html" with who="<b>" %}{% include "part.html" only %}'
    '{% include "block.html" %}{% if never %}{% url "nowhere" %}{% include "nowhere.html" %}{% endif %}'
    '{% url "catalog:dataset-detail" number=who %}{% url "catalog:dataset-detail" who %}{% icon who %}'
    "{% blocktranslate count number=many|length %}{{ number }} more{% plural %}{{ number }}{% endblocktranslate %}",
    "lost.html": '{% url "nowhere" %}',
    "absent.html": '{% include "nowhere.html" %}',
}


class Anything:
    """Stands for every value of a page: true, one thing in it, the same text always."""

    def __getattr__(self, name: str) -> "Anything":
        if name.startswith("_") or name in {"resolve_expression", "do_not_call_in_templates", "alters_data", "render"}:
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> "Anything":
        return self

    def __iter__(self):
        return iter([self])

    def __len__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "<x>"


def engine(inner: list, *, is_settled: bool) -> Engine:
    """An engine with or without our loader, the rest as in the settings."""
    options = {name: settings.TEMPLATES[0]["OPTIONS"][name] for name in ("libraries", "builtins")}
    loaders = [("exchange.common.templates.Loader", inner)] if is_settled else inner
    return Engine(dirs=settings.TEMPLATES[0]["DIRS"], loaders=loaders, **options)


def sample(*, is_settled: bool) -> Engine:
    return engine([("django.template.loaders.locmem.Loader", SAMPLE)], is_settled=is_settled)


def shown(place: Engine, name: str, values: dict) -> str:
    """The text of a template, or what it fails with."""
    try:
        return place.get_template(name).render(Context(values))
    except Exception as error:
        return type(error).__name__


def test_a_template_without_values_becomes_one_text_in_each_language():
    place, texts = sample(is_settled=True), {}

    for language in ("vi", "en", "vi"):
        with override(language):
            (node,) = place.get_template("constant.html").nodelist
        assert isinstance(node, TextNode)
        texts[language] = node.s

    assert texts["vi"].startswith('<a href="/"><svg')
    assert texts["vi"].endswith("Trang chủ</a>Đăng nhập")
    assert texts["en"].startswith('<a href="/en/"><svg')
    assert texts["en"].endswith("Home</a>Sign in")


@pytest.mark.parametrize("many", [[], ["<Lúa>"], [0, "Cá"]])
def test_a_template_with_values_shows_the_same_as_with_django(many):
    plain, ours = sample(is_settled=False), sample(is_settled=True)
    values = {"many": many, "who": "search"}

    for language in ("vi", "en"):
        with override(language):
            assert shown(ours, "page.html", values) == shown(plain, "page.html", values)


def test_what_is_missing_is_told_where_it_is_shown_and_not_when_a_template_is_read():
    place = sample(is_settled=True)
    lost, absent = place.get_template("lost.html"), place.get_template("absent.html")

    with pytest.raises(NoReverseMatch):
        lost.render(Context())
    with pytest.raises(TemplateDoesNotExist):
        absent.render(Context())


def test_no_template_changes_the_language_it_was_asked_for_in():
    sources = {name: (ROOT / "templates" / name).read_text("utf-8") for name in PAGES}

    assert [name for name, text in sources.items() if "{% language" in text] == []


@pytest.mark.slow
def test_every_template_of_the_portal_shows_the_same_as_with_django():
    plain, ours = engine(FOLDERS, is_settled=False), engine(FOLDERS, is_settled=True)
    names = ("form", "field", "dataset", "record", "account", "rows", "messages", "other_language")
    shell = {"foot": kept.Part("foot", "test", {}), "main_links": kept.Part("links", "test", ())}
    full = dict.fromkeys(names, Anything()) | shell
    whole = set()

    with override("en"):
        for name in PAGES:
            for values in (shell, full):
                text = shown(ours, name, values)
                assert text == shown(plain, name, values), name
                whole |= {name} if " " in text else set()

    assert len(whole) > 0.8 * len(PAGES)  # most were shown, not refused for want of values
