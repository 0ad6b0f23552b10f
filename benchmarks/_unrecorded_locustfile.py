"""The generator as it is, but that it keeps nothing of what it found out: a yardstick of what that costs."""

from evidence.live_record import LiveRecord
from evidence.request_record import RequestRecord
from evidence.sample_record import SampleRecord
from loadtests.generator import session
from loadtests.generator.live_meter import LiveMeter
from loadtests.generator.recorder import Recorder
from loadtests.locustfile import ScenarioUser

__all__ = ["ScenarioUser"]


class _NoRecorder(Recorder):
    def request(self, record: RequestRecord) -> None: ...

    def sample(self, record: SampleRecord) -> None: ...

    def live(self, record: LiveRecord) -> None: ...


class _NoMeter(LiveMeter):
    def landed(self, record: RequestRecord) -> None: ...


setattr(session, "Recorder", _NoRecorder)  # noqa: B010 -- the module's own name for it
setattr(session, "LiveMeter", _NoMeter)  # noqa: B010 -- the same
