"""Templates a seller may choose, and the faces of a licence for pages."""

from django.utils.translation import override

from catalog.licences import plain
from catalog.licences.models import LicenceTemplate, LicenceTemplateQuerySet
from catalog.licences.text import blocks, legal_text
from exchange.codes.selectors import codes, label
from exchange.common.clock import today


def templates_on_offer() -> LicenceTemplateQuerySet:
    """Templates valid today, the newest version of each first."""
    return LicenceTemplate.objects.valid_on(today())


def template_of(terms: dict) -> LicenceTemplate:
    """The template version named by machine terms."""
    return LicenceTemplate.objects.get(code=terms["licence"], version=terms["licence_version"])


def label_in(code_list: str, code: str, language: str) -> str:
    """The label of a code in a given language, whatever the page's language is."""
    with override(language):
        return str(label(code_list, code))


def full_text(terms: dict, parties: dict, *, language: str = "vi") -> str:
    """The legal text of machine terms; the Vietnamese one prevails."""
    template = template_of(terms)
    text = template.text_en if language == "en" else template.text_vi
    return legal_text(text, terms, parties, language=language, label=label_in)


def full_text_blocks(terms: dict, parties: dict, *, language: str = "vi") -> list[tuple[str, str]]:
    """The legal text cut into title, headings and paragraphs."""
    return blocks(full_text(terms, parties, language=language))


def plain_rights(terms: dict) -> plain.Rights:
    """The same terms as three short lists, in the language of the page."""
    return plain.rights(terms, label=label, purposes=[row.code for row in codes("purpose")])
