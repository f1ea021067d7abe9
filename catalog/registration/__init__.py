"""The wizard, pre-flight and review that make an asset registered and listed."""
