"""Which static files of the libraries are collected: only what our pages and the console load."""

from django.contrib.staticfiles.apps import StaticFilesConfig

VENDOR = "admin/js/vendor"


class CollectedFiles(StaticFilesConfig):
    """Compressing the rest would be most of the time a first start takes."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "rest_framework",  # the browsable API is off
        "guardian",  # its permission pages are off
        "gis",
        f"{VENDOR}/jquery/jquery.js",
        f"{VENDOR}/xregexp/xregexp.js",
        f"{VENDOR}/select2/select2.full.js",
        f"{VENDOR}/select2/i18n/[!ev]*.js",  # other languages than ours
    ]
