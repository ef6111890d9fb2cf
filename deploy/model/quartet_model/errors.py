"""The one exception for what users can cause; `cli.main` prints it as one line."""


class PreparationError(Exception):
    """Something outside this program is not as it must be; the text says what, and what to do."""
