"""The marketplace: catalogue, facets, dataset page, public API."""
