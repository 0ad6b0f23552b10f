#!/usr/bin/env bash
# Ends what start.sh started.
cd "$(dirname "$0")" || exit
[ ! -f pids ] || xargs kill < pids 2> /dev/null
rm -f pids
