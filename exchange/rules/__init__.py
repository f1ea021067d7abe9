"""Rule engine: facts in, findings out; dated parameters; stored evaluations."""
