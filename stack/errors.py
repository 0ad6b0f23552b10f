"""What can go wrong with a stack, said so that one knows what to do."""


class StackError(Exception):
    """A part of the stack could not be had, started, checked or stopped.

    The command line exits with 69 for it.
    """

    def __init__(self, what: str, *, where: str, next_step: str) -> None:
        super().__init__(f"{what} ({where}). {next_step}")
        self.what = what
        """What happened, with the value that caused it."""
        self.where = where
        """The part, file, folder or port that it happened to."""
        self.next_step = next_step
        """What to do about it."""


class PortTaken(StackError):  # noqa: N818 -- the family's name says that it is an error
    """Something else listens on a port that the stack needs."""


class DiskFull(StackError):  # noqa: N818 -- as above
    """There is too little room for programs or data."""


class DownloadFailed(StackError):  # noqa: N818 -- as above
    """A program could not be had."""


class DownloadAltered(StackError):  # noqa: N818 -- as above
    """What was downloaded is not what was pinned."""


class PartFailed(StackError):  # noqa: N818 -- as above
    """A part ended while it started, or does not answer."""


class FolderUnreachable(StackError):  # noqa: N818 -- as above
    """The unprivileged user of the parts cannot enter a folder that it needs."""


class StateUnreadable(StackError):  # noqa: N818 -- as above
    """`stack.json` is not what was written."""


class StackBusy(StackError):  # noqa: N818 -- as above
    """Another process starts or stops the same stack, or downloads the same program, for too long."""


class Cancelled(StackError):  # noqa: N818 -- as above
    """Stopped because another part failed or the user interrupted."""
