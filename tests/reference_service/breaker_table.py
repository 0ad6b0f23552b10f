"""How a breaker must behave, as data: what happens to it, step by step, and the state expected after it.

Steps: `ok`, `slow` and `fail` are calls (admitted, then reported); `refused` expects that none is admitted;
`cancel` is a call that was cancelled; `good probe` and `bad probe` come from the background; `wait N` lets N
seconds pass; `open A` admits call A and keeps it under way, `ok A`, `fail A` end it.
Policy: 5 failures open, 3 successes close, 60 s reset, slow from 1 s, trials expire after 30 s.
"""

FAIL_5 = ["fail"] * 5

CONFORMANCE: list[tuple[str, list[str], str]] = [
    ("begins closed", [], "closed"),
    ("four failures are not five", ["fail"] * 4, "closed"),
    ("five failures open it", FAIL_5, "open"),
    ("a success between failures starts the count again", [*["fail"] * 4, "ok", *["fail"] * 4], "closed"),
    ("slow answers are failures", ["slow"] * 5, "open"),
    ("cancelled calls are not failures", ["cancel"] * 9, "closed"),
    ("cancelled calls do not hide failures", [*["fail"] * 4, "cancel", "fail"], "open"),
    ("open refuses", [*FAIL_5, "refused"], "open"),
    ("just before the reset it is open", [*FAIL_5, "wait 59.9", "refused"], "open"),
    ("after the reset it tries", [*FAIL_5, "wait 60"], "half_open"),
    ("two good trials are not three", [*FAIL_5, "wait 60", "ok", "ok"], "half_open"),
    ("three good trials close it", [*FAIL_5, "wait 60", "ok", "ok", "ok"], "closed"),
    ("one bad trial opens it", [*FAIL_5, "wait 60", "ok", "ok", "fail"], "open"),
    ("a slow trial opens it", [*FAIL_5, "wait 60", "slow"], "open"),
    ("after a bad trial the reset begins anew", [*FAIL_5, "wait 60", "fail", "wait 59.9", "refused"], "open"),
    ("trials are bounded", [*FAIL_5, "wait 60", "open A", "open B", "open C", "refused"], "half_open"),
    (
        "a trial that ended makes room",
        [*FAIL_5, "wait 60", "open A", "open B", "open C", "ok A", "open D"],
        "half_open",
    ),
    (
        "trials that never end do not wedge it",
        [*FAIL_5, "wait 60", "open A", "open B", "open C", "wait 30", "ok", "ok", "ok"],
        "closed",
    ),
    ("a cancelled trial makes room", [*FAIL_5, "wait 60", "cancel", "cancel", "cancel", "ok"], "half_open"),
    ("late success of the closed state closes nothing", ["open A", *FAIL_5, "wait 60", "ok A"], "half_open"),
    (
        "three late successes close nothing",
        ["open A", "open B", "open C", *FAIL_5, "wait 60", "ok A", "ok B", "ok C"],
        "half_open",
    ),
    ("late failure of the closed state opens nothing", ["open A", *FAIL_5, "wait 60", "fail A"], "half_open"),
    (
        "late failures of an outage do not count after it",
        ["open A", *FAIL_5, *["good probe"] * 3, "fail A", *["fail"] * 4],
        "closed",
    ),
    ("two good probes are not three", [*FAIL_5, "good probe", "good probe"], "open"),
    ("three good probes close it", [*FAIL_5, *["good probe"] * 3], "closed"),
    (
        "a bad probe starts the count again",
        [*FAIL_5, "good probe", "good probe", "bad probe", "good probe"],
        "open",
    ),
    ("failing probes keep users out", [*FAIL_5, "wait 59", "bad probe", "wait 59", "refused"], "open"),
    ("when probes stop, trials begin", [*FAIL_5, "wait 59", "bad probe", "wait 60"], "half_open"),
    ("bad probes do not open it", ["bad probe"] * 9, "closed"),
    ("good probes do not hide users' failures", [*["fail"] * 4, "good probe", "fail"], "open"),
    ("closed again, it counts from zero", [*FAIL_5, *["good probe"] * 3, *["fail"] * 4], "closed"),
    ("closed again, it opens again", [*FAIL_5, *["good probe"] * 3, *FAIL_5], "open"),
]
