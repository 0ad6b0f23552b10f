"""Contracts made for tests."""

from pathlib import Path

from slo.contract.contract import Contract, read_contract

HEAD = """apiVersion: stormproof/v1
kind: Contract
metadata: {name: made}
situations:
"""
POSTGRES_AWAY = """
  - name: postgres-away
    source: first
    when: [{targets: [postgres]}]
    promises:
      - operations: [search]
"""


def contract_of(folder: Path, situations: str) -> Contract:
    """The contract whose situations are written so."""
    file = folder / "contract.yaml"
    file.write_text(HEAD + situations)
    return read_contract(file)


def postgres_away(folder: Path, promises: str) -> Contract:
    """One situation, in which search promises this, as a line of YAML each; a line that begins an entry of
    its own promises for other operations.
    """
    lines = "".join(
        f"      {line}\n" if line.startswith("- ") else f"        {line}\n" for line in promises.splitlines()
    )
    return contract_of(folder, POSTGRES_AWAY + lines)
