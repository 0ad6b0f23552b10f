"""What can go wrong while something is broken or healed. Each message says what to do next."""


class ChaosError(Exception):
    """A fault, its target or its plan is not as it must be."""


class InvalidArgumentError(ChaosError):
    """An experiment file, an option or an environment variable holds something that cannot be used."""


class NotLoopbackError(ChaosError):
    """The address is not on this machine."""


class GoneError(ChaosError):
    """What was broken is no more, and the fault with it."""


class ProcessGoneError(GoneError):
    """The process has ended."""


class ProxyUnreachableError(ChaosError):
    """Toxiproxy's admin interface gives no answer within its time limit."""


class ProxyGoneError(ProxyUnreachableError, GoneError):
    """Nothing listens at the admin address: no Toxiproxy runs, and what it had broken ended with it."""


class ProxyAnswerError(ChaosError):
    """Toxiproxy refused a request, or what answers is not Toxiproxy."""

    def __init__(self, message: str, status: int) -> None:
        self.status = status
        super().__init__(message)


class UnknownProxyError(GoneError):
    """Toxiproxy has no proxy of this name."""


class NoWatchdogError(ChaosError):
    """What would heal if this process died does not run."""


class HealedMeanwhileError(ChaosError):
    """Another process undid a fault while it was being made."""


class NotStartedError(ChaosError):
    """A program cannot be started."""


class NotAppliedError(ChaosError):
    """A change was accepted, but reading it back shows that it was not made."""


class NotFeltError(ChaosError):
    """A probe through the proxy saw nothing of the fault, or not as much of it as was asked for."""


class NotAnsweringError(ChaosError):
    """A dependency gives no proper answer through its proxy."""


class AdminError(ChaosError):
    """A dependency does not do what its administrator asks, or does not answer."""


class AdminTimeoutError(AdminError):
    """A dependency did not answer its administrator in time."""
