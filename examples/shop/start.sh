#!/usr/bin/env bash
# Starts the warehouse, a Toxiproxy before it and the shop, in the background; returns once the shop tells a price.
set -euo pipefail
cd "$(dirname "$0")"
toxiproxy-server -port 8474 -config toxiproxy.json > toxiproxy.log 2>&1 &
python warehouse.py 8081 > warehouse.log 2>&1 &
WAREHOUSE=http://127.0.0.1:8082 python shop.py 8080 > shop.log 2>&1 &
for _ in {1..100}; do
  if python -c 'from urllib.request import urlopen; urlopen("http://127.0.0.1:8080/prices/lamp")' 2> start.log; then
    exit 0
  fi
  sleep 0.2
done
cat ./*.log >&2
exit 1
