"""Printing a form as it is: for pipes and files."""

import sys


def print_form(content: bytes) -> None:
    """To standard output, byte for byte."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
