"""The order page for buyer, seller and staff: timeline, next step, papers, money, downloads."""
