"""Quality and freshness of a revision: declared and measured."""
