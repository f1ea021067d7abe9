"""Template tags of the design: icons, badges, rings, meters, money."""

from django import template

register = template.Library()
