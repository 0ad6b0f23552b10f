"""Systems made of parts, as files that `slo.composition.read_composition` reads."""

from pathlib import Path

DOCUMENT_SEARCH = Path(__file__).parent / "document-search.yaml"
"""The service of the analysis, section 7.1: 99.95% from parts that multiply to 99.88%."""
