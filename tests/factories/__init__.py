"""One factory per model; stages of a life are traits."""
