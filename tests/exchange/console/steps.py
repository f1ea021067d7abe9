"""What tests of the console do again and again."""

from django.urls import reverse


def page_of(name, record):
    return reverse(f"admin:{name}_change", args=[record.pk])


def decide(client, name, record, key, decision, **data):
    return client.post(
        reverse(f"admin:{name}_decide", args=[record.pk]),
        {"key": key, "decision": decision, "version": record.version, **data},
    )


def codes(client, name, record):
    """Decisions the page offers, by panel."""
    case = client.get(page_of(name, record)).context["case"]
    return {panel.key: [option.code for option in panel.options] for panel in case.decisions}
