"""Home page, public figures, health pages and demonstration aids."""
