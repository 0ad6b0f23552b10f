"""The experiments that come with the project, by name."""

from pathlib import Path

from chaos.errors import InvalidArgumentError


def experiments_dir() -> Path:
    """Where they lie."""
    return Path(__file__).parent / "experiments"


def experiment_names() -> tuple[str, ...]:
    """Their names, sorted."""
    return tuple(sorted(path.stem for path in experiments_dir().glob("*.yaml")))


def experiment_path(name: str) -> Path:
    """The file of the experiment `name`. Raises InvalidArgumentError, which names those that there are."""
    if name not in experiment_names():
        raise InvalidArgumentError(
            f"experiment {name!r} is unknown: must be one of {', '.join(experiment_names())}, "
            "or the path of a Chaos Toolkit file."
        )
    return experiments_dir() / f"{name}.yaml"
