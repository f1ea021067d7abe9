"""Participants: organisations and natural persons, their members."""
