"""Prometheus rules: recorded error ratios and burn-rate alerts of objectives, and thresholds."""
