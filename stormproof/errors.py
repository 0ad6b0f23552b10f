"""What can go wrong with what a user typed."""


class BadInput(ValueError):  # noqa: N818 -- beside InvalidFile: said of what a user typed
    """An option or an argument cannot be used; the message says what can, and what to do."""
