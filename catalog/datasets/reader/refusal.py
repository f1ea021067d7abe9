"""A file the reader will not read: a code for programs, values for the sentence that people see."""


class Refused(Exception):
    """The file is refused; nothing of it is kept."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
