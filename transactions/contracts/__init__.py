"""Contract text frozen from the licence, accepted by both sides."""
