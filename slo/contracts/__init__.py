"""The contract of the reference service, as data; docs/contract.md tells the form."""

from pathlib import Path

REFERENCE_CONTRACT = Path(__file__).parent / "reference-service.yaml"
"""For `slo.contract.contract.read_contract`."""
