"""Forms are rendered with the portal's templates."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """Uses templates/components/form.html and field.html; widgets get the classes of the design there."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
