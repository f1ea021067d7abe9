"""Small things every floor uses: errors, states, money, clock, numbers, page bases."""
