"""What a run comes to follows from its journal, its log and the timeline, whatever Chaos Toolkit says."""

from dataclasses import replace

import pytest
from pydantic import JsonValue

from chaos.supervision.asked_tolerances import AskedTolerances
from chaos.supervision.experiment_file import Activity, Provider
from chaos.supervision.journal import Asked, Journal, SteadyStates
from chaos.supervision.judgement import judge
from chaos.supervision.supervised_run import SupervisedRun
from evidence.timeline import FaultWindow
from evidence.verdict_record import Verdict
from tests.chaos.supervision.made import HTTP, PROCESS, SOUND, action, asked, experiment, probe, ran, run_of

FAULT = FaultWindow("refused", "id", "made", "redis", 1, 2, 3, 4, 5, 6)


def verdict_and_rules(run: SupervisedRun) -> tuple[Verdict, set[str]]:
    judgement = judge(run)
    return judgement.verdict, {one.rule for one in judgement.findings if one.verdict is not None}


def test_a_sound_run_is_met() -> None:
    assert verdict_and_rules(run_of()) == (Verdict.MET, set())


def test_no_journal_is_no_evidence_whatever_the_exit_code() -> None:
    for exit_code in (0, 1, -9, None):
        run = replace(run_of(None), exit_code=exit_code)
        assert verdict_and_rules(run) == (Verdict.INVALID, {"no-journal"})


@pytest.mark.parametrize(
    ("states", "verdict", "rules"),
    [
        (SteadyStates(asked(), asked(False, met=False)), Verdict.MISSED, {"deviated-after"}),
        (
            SteadyStates(asked(), asked(), (asked(), asked(False, met=False), None)),
            Verdict.MISSED,
            {"deviated-during"},
        ),
        (SteadyStates(asked()), Verdict.INVALID, {"never-asked"}),
        (SteadyStates(None, asked()), Verdict.MET, set()),
        (SteadyStates(asked(), None, (asked(),)), Verdict.MET, set()),
    ],
)
def test_the_hypothesis_must_have_held_whenever_it_was_asked(
    states: SteadyStates, verdict: Verdict, rules: set[str]
) -> None:
    assert verdict_and_rules(run_of(replace(SOUND, steady_states=states))) == (verdict, rules)


def test_a_hypothesis_that_was_not_met_before_says_what_its_probe_said() -> None:
    journal = replace(SOUND, steady_states=SteadyStates(asked(False, met=False)), run=(), rollbacks=())
    first = judge(run_of(journal, experiment(rollbacks=()))).findings[0]
    assert (first.verdict, first.rule) == (Verdict.INVALID, "unsteady-before")
    assert "it said false, out of its tolerance true" in first.reason


@pytest.mark.parametrize(
    ("activity", "output", "status", "rule"),
    [
        (action(), None, "failed", "failed-activity"),
        (action(), None, None, "unended-activity"),
        (action(), False, "succeeded", "refused-activity"),
        (action(PROCESS), {"status": 3, "stderr": "no"}, "succeeded", "refused-activity"),
        (action(PROCESS), {"status": -9, "stderr": ""}, "succeeded", "refused-activity"),
        (action(HTTP), {"status": 400, "body": ""}, "succeeded", "refused-activity"),
        (probe(), None, "failed", "failed-activity"),
    ],
)
def test_an_activity_must_have_done_what_it_was_to_do(
    activity: Activity, output: JsonValue, status: str | None, rule: str
) -> None:
    method = (action(), activity)
    made = ran(activity, output, status)
    journal = replace(SOUND, run=(ran(action()), made))
    assert verdict_and_rules(run_of(journal, experiment(method=method))) == (Verdict.INVALID, {rule})
    journal = replace(SOUND, rollbacks=(made,))
    found = verdict_and_rules(run_of(journal, experiment(rollbacks=(activity,))))
    assert found == (Verdict.INVALID, {rule.replace("activity", "rollback")})


def test_what_an_action_may_return_is_not_taken_for_a_refusal() -> None:
    allowed: list[tuple[Provider, JsonValue]] = [
        (HTTP, {"status": 302}),
        (PROCESS, {"status": 0}),
        (action().provider, None),
    ]
    for provider, output in allowed:
        method = (action(provider),)
        journal = replace(SOUND, run=(ran(method[0], output),))
        assert verdict_and_rules(run_of(journal, experiment(method=method))) == (Verdict.MET, set())


def test_an_action_with_a_tolerance_is_judged_by_it() -> None:
    refused = replace(action(HTTP), tolerance=503)
    journal = replace(SOUND, run=(ran(refused, {"status": 503}),))
    assert verdict_and_rules(run_of(journal, experiment(method=(refused,)))) == (Verdict.MET, set())
    journal = replace(SOUND, run=(ran(refused, {"status": 200}),))
    assert verdict_and_rules(run_of(journal, experiment(method=(refused,))))[0] is Verdict.MISSED


def test_rollbacks_that_were_not_played_are_told_with_what_was_done_about_it() -> None:
    run = replace(
        run_of(replace(SOUND, rollbacks=())), played_afterwards="played afterwards: 1 of 1 succeeded"
    )
    first = judge(run).findings[0]
    assert (first.verdict, first.rule) == (Verdict.INVALID, "rollbacks-not-played")
    assert "0 of 1 were played: played afterwards: 1 of 1 succeeded" in first.reason


@pytest.mark.parametrize("took_s", [0.5, 1.3])
def test_a_time_limit_allows_a_busy_machine_and_no_more(took_s: float) -> None:
    limited = action(limit_s=1.0)
    journal = replace(SOUND, run=(replace(ran(limited), duration=took_s),))
    assert verdict_and_rules(run_of(journal, experiment(method=(limited,)))) == (Verdict.MET, set())
    journal = replace(SOUND, run=(replace(ran(limited), duration=1.36),))
    assert verdict_and_rules(run_of(journal, experiment(method=(limited,))))[1] == {"overrun"}


def test_a_run_that_was_cut_short_is_no_evidence() -> None:
    interrupted = replace(SOUND, status="interrupted", steady_states=SteadyStates(asked(), asked()))
    assert verdict_and_rules(run_of(interrupted)) == (Verdict.INVALID, {"cut-short"})
    by_hand = replace(run_of(interrupted), interrupted="by hand")
    (found,) = [one for one in judge(by_hand).findings if one.rule == "cut-short"]
    assert found.reason == "it was interrupted: by hand"
    not_begun = run_of(replace(SOUND, run=()))
    assert verdict_and_rules(not_begun) == (Verdict.INVALID, {"cut-short"})


def test_failing_fast_is_what_was_asked_for() -> None:
    states = SteadyStates(asked(), None, (asked(False, met=False),))
    journal = replace(SOUND, status="failed", steady_states=states, run=())
    assert verdict_and_rules(run_of(journal)) == (Verdict.MISSED, {"deviated-during"})


def test_the_log_tells_of_controls_once_each() -> None:
    log = (
        "[DEBUG] Before-control 'pager' failed",
        "[DEBUG] After-control 'pager' failed",
        "[WARNING] Could not find Python module 'gone' in control 'audit'. Did you install",
        "[DEBUG] Control module 'gone' could not be loaded. Have you installed it?",
        "[DEBUG] Control initialization 'siren' failed. It will not be registered.",
    )
    found = judge(replace(run_of(), log=log)).findings
    rules = [one.rule for one in found if one.verdict is Verdict.INVALID]
    assert rules == ["failed-control", "missing-control", "failed-control"]


def test_a_safeguard_that_was_heard_is_not_told_as_unheard() -> None:
    log = ("[DEBUG] Before-control 'guard' interrupted the execution",)
    journal = replace(SOUND, status="interrupted")
    assert verdict_and_rules(replace(run_of(journal), log=log))[1] == {"cut-short"}


def test_faults_of_ours_must_have_been_felt_and_healed_and_there() -> None:
    ours = replace(
        experiment(method=(action(Provider("python", module="chaos.actions", func="inject")),)),
        configuration={"experiment": "lamp-out", "run_dir": ""},
    )
    journal = replace(SOUND, run=(ran(ours.method[0]),))
    run = run_of(journal, ours)
    assert verdict_and_rules(run)[1] == {"no-fault"}
    assert verdict_and_rules(replace(run, faults=(FAULT,))) == (Verdict.MET, set())
    unfelt = replace(FAULT, verified_ns=None)
    assert verdict_and_rules(replace(run, faults=(unfelt,)))[1] == {"unfelt-fault"}
    unhealed = replace(FAULT, heal_verified_ns=None)
    assert verdict_and_rules(replace(run, faults=(unhealed,)))[1] == {"unhealed-fault"}
    cut = replace(run, faults=(FAULT,), healed_by_others=("refused of redis was healed by watchdog",))
    assert verdict_and_rules(cut) == (Verdict.INVALID, {"healed-by-others"})
    left = replace(run, faults=(FAULT,), left_broken=("refused of redis: healed",))
    assert verdict_and_rules(left)[1] == {"left-broken"}


def test_a_tolerance_that_refuses_no_altered_answer_cannot_fail() -> None:
    # Of the body alone, which an error may have too.
    tolerance: JsonValue = {"type": "regex", "target": "stdout", "pattern": "^(up|.*)$"}
    states = SteadyStates(asked({"status": 0, "stdout": "up"}, tolerance=tolerance), asked())
    journal = replace(SOUND, steady_states=states)
    assert (
        "accepting-tolerance" in verdict_and_rules(run_of(journal, experiment(probe(tolerance, PROCESS))))[1]
    )


@pytest.mark.parametrize(
    "states",
    [
        SteadyStates(asked(), asked()),
        SteadyStates(None, asked()),
        SteadyStates(None, None, (None, asked())),
    ],
)
def test_a_function_that_accepts_everything_is_found_whenever_it_was_asked(states: SteadyStates) -> None:
    asked_again = AskedTolerances(unfailing=("look",))
    named = replace(run_of(replace(SOUND, steady_states=states)), asked=asked_again)
    assert verdict_and_rules(named) == (Verdict.INVALID, {"unfailing-tolerance"})


FUNCTION: JsonValue = {"type": "probe", "name": "is-fine", "provider": {"type": "python"}}


@pytest.mark.parametrize(
    ("tolerance", "asked_again", "verdict"),
    [
        ("${expected}", AskedTolerances(), Verdict.MET),
        ({"type": "regex", "pattern": "^${expected}$"}, AskedTolerances(), Verdict.MET),
        ("fine", AskedTolerances(), Verdict.MET),
        ("other than ${expected}", AskedTolerances(), Verdict.MISSED),
        ("${known_once_it_runs}", AskedTolerances(), Verdict.NOT_PROVEN),
        (FUNCTION, AskedTolerances(within={"method[1] (look)": True}), Verdict.MET),
        (FUNCTION, AskedTolerances(within={"method[1] (look)": False}), Verdict.MISSED),
        (FUNCTION, AskedTolerances(), Verdict.NOT_PROVEN),
    ],
)
def test_a_tolerance_in_the_method_is_judged_as_chaos_toolkit_would_elsewhere(
    tolerance: JsonValue, asked_again: AskedTolerances, verdict: Verdict
) -> None:
    method = (action(), probe(tolerance))
    journal = replace(SOUND, run=(ran(method[0]), ran(method[1], "fine")))
    run = replace(
        run_of(journal, experiment(method=method)), configuration={"expected": "fine"}, asked=asked_again
    )
    found = judge(run)
    assert (found.verdict, {one.rule for one in found.findings} >= {"tolerance-in-method"}) == (
        verdict,
        verdict is not Verdict.MET,
    )


def test_invalid_wins_over_missed_and_missed_over_not_proven() -> None:
    missed = replace(SOUND, steady_states=SteadyStates(asked(), asked(False, met=False)))
    both = replace(missed, rollbacks=())
    assert judge(run_of(both)).verdict is Verdict.INVALID
    assert [one.verdict for one in judge(run_of(both)).findings] == [Verdict.INVALID, Verdict.MISSED, None]
    assert judge(run_of(missed)).verdict is Verdict.MISSED


def test_half_a_journal_is_read_as_far_as_it_goes() -> None:
    assert Journal().dry is None
    assert Asked(None, ()).unmet is None
