"""The regulator's console: stock admin, own site, case pages."""
