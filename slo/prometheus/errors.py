"""What can go wrong with a Prometheus."""


class PrometheusError(ValueError):
    """It does not answer, or not as asked; or an objective cannot be asked of it. Says what to do."""
