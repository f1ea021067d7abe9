"""Who: people, organisations and their admission to the exchange."""
