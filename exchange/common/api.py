"""What every endpoint of the API shares."""

from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as standard_handler

from exchange.common.errors import DomainError


class Pages(PageNumberPagination):
    """Numbered pages of 20, at most 100 rows."""

    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


def exception_handler(error: Exception, context: dict) -> Response | None:
    """A rule's refusal becomes 409 {"code", "detail"}; the rest stays with the framework."""
    if isinstance(error, DomainError):
        return Response({"code": error.code, "detail": str(error)}, status=409)
    return standard_handler(error, context)
