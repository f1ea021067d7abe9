"""Copies of everything that cannot be made again: database, stored files, published log. Keys are never among them."""
