"""Forms are rendered with the portal's field template."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Uses templates/components/field.html for every field."""

    field_template_name = "components/field.html"
