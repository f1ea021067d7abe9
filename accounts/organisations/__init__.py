"""Organisations and persons that take part, their members and invitations."""
