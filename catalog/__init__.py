"""What: data assets, their description, class, quality and offers."""
