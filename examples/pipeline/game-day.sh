#!/usr/bin/env bash
# A game day as a step of any pipeline: game-day.sh PLAN [RESULTS]
#
# RESULTS (./results) gets junit.xml for the pipeline's table of tests, summary.md for a comment, report.html for people.
# Fails when a promise was broken. What the run could not prove, and what is no evidence, fails too, unless
# NOT_PROVEN=allowed says that the first may pass: a promise of 99.99% takes more requests than a short run sends.
set -euo pipefail
plan=${1:?the plan: game-day.sh PLAN [RESULTS]}
results=${2:-results}
if ! command -v stormproof > /dev/null; then
  echo "stormproof is not on the PATH: pip install its wheel, or in a clone: source .venv/bin/activate" >&2
  exit 2
fi

stormproof validate "$plan"
mkdir -p "$results"
# An interrupted pipeline, or a runner that was killed, may have left something broken on this machine.
stormproof heal
verdict=0
stormproof run "$plan" --runs "$results/runs" || verdict=$?
if [ "$verdict" -eq 0 ] || [ "$verdict" -eq 1 ] || [ "$verdict" -eq 3 ] || [ "$verdict" -eq 4 ]; then
  # Names of run folders begin with the time: the last one is this run's.
  run=$(find "$results/runs" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
  cp "$run/junit.xml" "$run/summary.md" "$run/report.html" "$results/"
fi
case $verdict in
  0) echo "MET: every promise held" ;;
  1) echo "MISSED: a promise was broken" >&2 ;;
  3) echo "NOT PROVEN: more requests, or a longer run, would tell" >&2
     if [ "${NOT_PROVEN:-}" = allowed ]; then verdict=0; fi ;;
  4) echo "INVALID: the run is no evidence, and the report says why: run it again, on a machine with nothing else to do" >&2 ;;
  *) echo "nothing was judged: exit code $verdict" >&2 ;;
esac
exit "$verdict"
