"""Append-only public log: leaves, tree, signed checkpoints, proofs."""
