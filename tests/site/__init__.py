"""Tests that look at the whole site: languages, links, weight."""
