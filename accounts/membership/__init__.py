"""Use cases and pages of an organisation: details, members, invitations, the header switch."""
