"""Home page and pages about the site."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView


@method_decorator(login_not_required, name="dispatch")
class Home(TemplateView):
    """The front page."""

    template_name = "portal/home.html"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's protection did not match: say what to do, keep the status 403."""
    return render(request, "403_csrf.html", status=403)
