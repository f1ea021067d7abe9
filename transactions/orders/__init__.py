"""Orders: request, answer, clocks, the order page."""
