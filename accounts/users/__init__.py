"""People: sign-up, sign-in, mail addresses."""
