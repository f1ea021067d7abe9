"""The end of a concluded trade, by both sides or by the exchange; what was paid goes back."""
