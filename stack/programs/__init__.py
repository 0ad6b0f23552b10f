"""Where the programs of the parts come from: pinned by version and checksum, downloaded once."""

from stack.programs.catalogue import ELASTICSEARCH, JAVA, POSTGRES, REDIS, TOXIPROXY
from stack.programs.program import Program, ProgramStore

__all__ = ["ELASTICSEARCH", "JAVA", "POSTGRES", "REDIS", "TOXIPROXY", "Program", "ProgramStore"]
