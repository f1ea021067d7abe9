"""The site: foundations below the floors, roof above them."""
