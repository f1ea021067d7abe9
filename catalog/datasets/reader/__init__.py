"""Reads one data file in a process of its own: plain Python without Django, limits set before the first byte."""
