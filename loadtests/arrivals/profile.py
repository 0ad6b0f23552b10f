"""What a scenario says of a persona's rate, when it is not one number."""

from typing import Annotated

from pydantic import Field

from loadtests.arrivals.bursts import Bursts
from loadtests.arrivals.ramp import Ramp
from loadtests.arrivals.replay import Replay
from loadtests.arrivals.sine import Sine
from loadtests.arrivals.spike import Spike
from loadtests.arrivals.steps import Steps

type Profile = Annotated[Ramp | Steps | Spike | Sine | Bursts | Replay, Field(discriminator="kind")]
"""`kind` says which."""
