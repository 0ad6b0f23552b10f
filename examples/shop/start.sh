#!/usr/bin/env bash
# Starts the warehouse, a Toxiproxy before it and the shop, in the background; returns once the shop tells a price.
# What they say is in their .log files; stop.sh ends them.
set -euo pipefail
cd "$(dirname "$0")"
if ! python -c 'import aiohttp' 2> /dev/null; then
  echo "The shop needs a Python with aiohttp, as stormproof's own environment is: source .venv/bin/activate" >&2
  exit 2
fi
toxiproxy=(toxiproxy-server)
if ! command -v toxiproxy-server > /dev/null; then
  echo "Toxiproxy is stormproof's own, built the first time: a minute, or a few on a busy machine"
  toxiproxy=(stormproof toxiproxy)
fi
"${toxiproxy[@]}" --port 8474 --config toxiproxy.json > toxiproxy.log 2>&1 &
echo $! > pids
python warehouse.py 8081 > warehouse.log 2>&1 &
echo $! >> pids
WAREHOUSE=http://127.0.0.1:8082 python shop.py 8080 > shop.log 2>&1 &
echo $! >> pids
told=""
while xargs kill -0 < pids 2> /dev/null; do
  if python -c 'from urllib.request import urlopen; urlopen("http://127.0.0.1:8080/prices/lamp")' 2> start.log; then
    echo "The shop tells prices at http://127.0.0.1:8080/prices/lamp"
    exit 0
  fi
  says=$(tail -n 1 toxiproxy.log)
  if [[ $says != "$told" ]]; then
    told=$says
    echo "  after $SECONDS s: $told"
  fi
  sleep 0.2
done
echo "One of the three ended. What they said:" >&2
tail -n 5 -- *.log >&2
./stop.sh
exit 1
