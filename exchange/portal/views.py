"""Home page, and what was not sent when a session ended."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from exchange.common import idle
from exchange.portal import front
from exchange.portal.selectors import front_page


@method_decorator(login_not_required, name="dispatch")
class Home(TemplateView):
    """The front page."""

    template_name = "portal/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures, themes, newest entries and the provinces."""
        found = front_page()
        return super().get_context_data(
            front=found,
            figures=front.figures(found),
            themes=front.themes(found.themes),
            provinces=front.provinces(found.provinces),
            map=front.country(found.provinces),
            **kwargs,
        )


class Unsent(TemplateView):
    """What was typed when the session ended: the person sends it again, or not."""

    template_name = "portal/unsent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The kept fields of this person."""
        return super().get_context_data(resend=idle.unsent(self.request), **kwargs)
