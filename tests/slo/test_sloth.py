"""Sloth's format."""

from pathlib import Path

import pytest

from evidence.errors import InvalidFile
from slo.objective import Indicator, read_objective

# https://github.com/slok/sloth, examples/getting-started.yml, its alert annotations shortened.
GETTING_STARTED = """
version: "prometheus/v1"
service: "myservice"
labels:
  owner: "myteam"
  tier: "2"
slos:
  - name: "requests-availability"
    objective: 99.9
    description: "Common SLO based on availability for HTTP request responses."
    sli:
      events:
        error_query: sum(rate(http_request_duration_seconds_count{code=~"(5..|429)"}[{{.window}}]))
        total_query: sum(rate(http_request_duration_seconds_count[{{.window}}]))
    alerting:
      name: MyServiceHighErrorRate
      page_alert:
        labels: {severity: pageteam}
      ticket_alert:
        disable: true
"""
COUNTED = GETTING_STARTED.replace(
    "    objective", "    labels: {stormproof_indicator: availability}\n    objective"
)


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "sloth.yml"
    file.write_text(text)
    return file


def test_an_objective_of_sloth_is_a_promise_in_percent_over_30_days(tmp_path: Path) -> None:
    objective = read_objective(written(tmp_path, COUNTED))
    assert (objective.name, objective.service) == ("myservice-requests-availability", "myservice")
    assert (objective.target, objective.window) == (0.999, "30d")
    assert objective.indicator is Indicator.AVAILABILITY
    assert objective.labels == {"owner": "myteam", "tier": "2"}
    assert objective.tier is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GETTING_STARTED, "slos[0].labels: owner, tier: needs stormproof_indicator"),
        (COUNTED.replace("objective: 99.9", "objective: 100"), "slos[0].objective"),
        (COUNTED.replace("objective: 99.9", "objective: 0.999"), "slos[0].objective"),
        (COUNTED.replace("indicator: availability", "indicator: latency"), "threshold-ms"),
        (COUNTED.replace("prometheus/v1", "prometheus/v2"), "version"),
        (COUNTED.replace("sli:", "slis:"), "unknown field 'slis'"),
        (COUNTED.replace("sli:", "sli:\n      raw: {error_ratio_query: up}"), "one of events, raw"),
        (COUNTED.split("      events")[0].replace("sli:", "sli: {}"), "one of events, raw"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_objective(written(tmp_path, text))
    assert told in str(caught.value)
