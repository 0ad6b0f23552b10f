"""What a scenario may say of an operation of the service's own: fields of the operation itself."""

from pydantic import ConfigDict

STRICT = ConfigDict(extra="forbid")
