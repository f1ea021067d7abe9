"""Price, fee and tax of an order; dated tariffs."""
