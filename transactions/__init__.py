"""Deals: the life of a trade, from order to money and delivery."""
