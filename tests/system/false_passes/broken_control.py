"""A control whose hook fails, which Chaos Toolkit tells only its log."""


def before_method_control(context: object, **_: object) -> None:
    """Raises."""
    raise RuntimeError("the pager is not reachable")
