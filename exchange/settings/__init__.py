"""Settings: base holds every setting; dev, demo, test and production only differ."""
