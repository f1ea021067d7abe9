"""Demonstration: organisations, people, datasets of official figures and trades at every stage."""
