"""Tests that need a browser, and the tools to look at pages."""
