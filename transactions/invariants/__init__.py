"""What must always be true of money and trades; a breach stops all trade."""
