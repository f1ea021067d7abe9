"""What can go wrong with the embedded server: one sentence each that says what to do."""


class EmbeddedProblem(Exception):
    """The embedded server cannot be used; the message is one sentence for the person at the keyboard."""
