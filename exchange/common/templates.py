"""Templates whose constant parts are put into words once in each language, not each time a page is shown.

A sentence to translate, an icon, the address of a page without arguments: half the nodes of a page are the same each
time in a language. When a template is loaded they become text, texts side by side become one, and a template that is
always included becomes a part of the one that includes it. Only nodes known here are touched; a page looks the same
as with Django's own loader.
"""

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import Any, cast

from django.template import Context, TemplateDoesNotExist
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import (
    CommentNode,
    CycleNode,
    ForNode,
    IfChangedNode,
    IfNode,
    LoadNode,
    URLNode,
    WithNode,
)
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders import base, cached
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.templatetags.static import StaticNode
from django.urls import NoReverseMatch
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from exchange.common import uitags

DRAWINGS = frozenset({uitags.icon, uitags.mark, uitags.drum})  # tags that depend on their arguments alone
BRANCHES = (ForNode, WithNode, BlockNode, ExtendsNode)  # what is inside is shown as it stands, in the same language
OWN_STATE = (BlockNode, ExtendsNode, CycleNode, IfChangedNode)  # differ where a template is shown on its own


class Named(Node):
    """A constant under a name."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value

    def render(self, context: Context) -> str:
        """Nothing is shown."""
        context[self.name] = self.value
        return ""


class Nodes(NodeList):
    """Nodes of a settled template: of what kinds they are is found out once, not each time a page extends another."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        super().__init__(nodes)
        self.known: dict[type, list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type) -> list[Any]:
        """All nodes of a kind, those inside others included."""
        if nodetype not in self.known:
            self.known[nodetype] = super().get_nodes_by_type(nodetype)
        return list(self.known[nodetype])


class Shown(VariableNode):
    """A value; most are texts, of which nothing has to be asked first: no time zone, no number of a language."""

    def render(self, context: Context) -> str:
        """As Django shows it."""
        value = self.filter_expression.resolve(context)
        if type(value) is SafeString:
            return value
        if type(value) is str and context.autoescape:
            return SafeString(escape(value))
        return render_value_in_context(value, context)


class Settling(base.Loader):
    """Settles a template in the language it is asked for in."""

    def get_template(self, template_name: str, skip: list | None = None) -> Template:
        """The template; its constant parts are text."""
        template = super().get_template(template_name, skip)
        context = Context()
        context.template = template
        template.nodelist = settled(template.nodelist, context)
        return template


class Loader(cached.Loader, Settling):
    """Django's loader that keeps templates, each once in a language."""

    def cache_key(self, template_name: str, skip: list | None = None) -> str:
        """The language is part of the key."""
        return f"{get_language()}-{super().cache_key(template_name, skip)}"


def settled(nodes: Iterable[Node], context: Context) -> NodeList:
    """The same nodes, the constant ones as text."""
    return Nodes(_joined(_settled(node, context) for node in nodes))


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    for is_text, group in groupby(nodes, lambda node: isinstance(node, TextNode)):
        if is_text:
            yield TextNode("".join(node.s for node in group if isinstance(node, TextNode)))
        else:
            yield from group


def _settled(node: Node, context: Context) -> Node:
    if _is_constant(node):
        return _constant(node, context)
    if isinstance(node, IncludeNode):
        return _included(node, context)
    if type(node) is VariableNode:
        shown = Shown(node.filter_expression)
        shown.token, shown.origin = node.token, node.origin
        return shown
    if isinstance(node, IfNode):
        node.conditions_nodelists = [(test, settled(inner, context)) for test, inner in node.conditions_nodelists]
    if isinstance(node, BRANCHES):
        for name in node.child_nodelists:
            if hasattr(node, name):
                setattr(node, name, settled(getattr(node, name), context))
    return node


def _constant(node: Any, context: Context) -> Node:
    try:
        text = node.render(context)
    except (NoReverseMatch, ValueError):  # an address or a file that is missing is told where the page is shown
        return node
    name = _name(node)
    return Named(name, context[name]) if name else TextNode(text)


def _name(node: Node) -> str | None:
    return getattr(node, "asvar", None) or getattr(node, "varname", None) or getattr(node, "target_var", None)


def _included(node: IncludeNode, context: Context) -> Node:
    """What is always included, beside the values it is given."""
    name, here = node.template.var, cast("Template", context.template)
    if node.isolated_context or not _are_fixed([node.template]) or name.startswith(".") or name == here.name:
        return node
    try:
        nodes = here.engine.get_template(name).nodelist
    except TemplateDoesNotExist:  # told where the page is shown
        return node
    if any(nodes.get_nodes_by_type(kind) for kind in OWN_STATE):
        return node
    return WithNode(None, None, nodes, extra_context=node.extra_context)


def _is_constant(node: Any) -> bool:
    match node:
        case CommentNode() | LoadNode():
            values = []
        case TranslateNode():
            values = [node.filter_expression, node.message_context]
        case BlockTranslateNode():
            values = [*node.extra_context.values(), node.counter, node.message_context]
            return not node.render_token_list([*node.singular, *node.plural])[1] and _are_fixed(values)
        case StaticNode():
            values = [node.path]
        case URLNode():
            values = [node.view_name, *node.args, *node.kwargs.values()]
        case SimpleNode() if node.func in DRAWINGS:
            values = [*node.args, *node.kwargs.values()]
        case _:
            return False
    return _are_fixed(values)


def _are_fixed(values: Iterable[FilterExpression | None]) -> bool:
    """Whether they are texts written in the template, or left out."""
    return all(
        value is None or (not value.filters and (not value.is_var or value.var.lookups is None)) for value in values
    )
