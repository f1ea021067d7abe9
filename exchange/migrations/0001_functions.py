"""SQL the tables stand on: vn_fold for search (tech note 3) and the number series."""

from django.db import migrations

FOLD = """
CREATE FUNCTION vn_fold(t text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS
$f$ SELECT translate(regexp_replace(lower(normalize(t, NFD)), '[\\u0300-\\u036f]', '', 'g'), U&'\\0111\\0110', 'dd') $f$;
"""
SERIES = ("order", "dataset", "certificate", "case", "listing", "decision")


class Migration(migrations.Migration):
    """Functions and sequences; no Django model."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(FOLD, "DROP FUNCTION vn_fold(text)"),
        *(migrations.RunSQL(f"CREATE SEQUENCE serial_{name}", f"DROP SEQUENCE serial_{name}") for name in SERIES),
    ]
