"""The one statement that counts hits by facet. Pure; holds names of this room only, never a person's text."""

from accounts.organisations.models import Organisation
from catalog.search.facets import FACETS, Facet

ALL = "SELECT '#all', '', count(*), '', '' FROM hits{where}"
SEEN = "SELECT '#seen', '', count(*), '', '' FROM hits"
WITHOUT = "SELECT '#without', '{name}', count(*), '', '' FROM hits{where}"
VALUES = "SELECT '{name}', {value}, count(*), '', '' FROM hits{where} GROUP BY 2"
PUBLISHERS = (
    "SELECT '{name}', o.id::text, n, o.name_vi, o.name_en FROM {table} o "
    "JOIN (SELECT {value} AS owner, count(*) AS n FROM hits{where} GROUP BY 1) c ON c.owner = o.id"
)


def counting(hits: str, chosen: list[Facet]) -> str:
    """One row a value of each facet; a facet's own filter does not narrow its values, those of the others do."""
    parts = [ALL.format(where=_where(chosen)), SEEN]
    for facet in FACETS:
        where = _where([other for other in chosen if other is not facet])
        value = f"unnest({facet.column})" if facet.is_list else facet.column
        form = PUBLISHERS if facet.name == "publisher" else VALUES
        parts.append(form.format(name=facet.name, value=value, where=where, table=Organisation._meta.db_table))
        if facet in chosen:
            parts.append(WITHOUT.format(name=facet.name, where=where))
    return f"WITH hits AS MATERIALIZED ({hits}) " + " UNION ALL ".join(f"({part})" for part in parts)


def _where(facets: list[Facet]) -> str:
    return f" WHERE {' AND '.join(facet.flag for facet in facets)}" if facets else ""
