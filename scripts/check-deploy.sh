#!/usr/bin/env bash
# The files in deploy/, held against the tools that will read them: one check after another, then "N passed, N failed".
# Gets what it needs from npm and, as root on Debian, from apt; what it cannot get is named. Builds the packages if need be.
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# check NAME COMMAND… : the output is shown only if the command fails.
check() {
  local name=$1
  shift
  if "$@" >"$scratch/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name"
  else
    failed=$((failed + 1))
    echo "FAIL  $name"
    sed 's/^/      /' "$scratch/log"
  fi
}

# Linters and schemas, at the versions of their own lockfile.
npm_tools() {
  [ -d deploy/check/node_modules ] && return
  timeout 120 npm ci --prefix deploy/check --ignore-scripts --no-audit --no-fund && return
  echo 'deploy/check needs its packages from the npm registry, which could not be had' >&2
  return 1
}

prometheus_tools() {
  command -v promtool >/dev/null && command -v prometheus >/dev/null && return
  if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
      timeout 120 apt-get install -y -qq --no-install-recommends prometheus && return
  fi
  echo 'promtool and prometheus are not on the PATH, and could not be installed: install the package "prometheus"' >&2
  return 1
}

# The checks run the packages as they are published.
built_packages() {
  [ -f libs/health/dist/index.js ] && [ -f libs/telemetry/dist/metrics/index.js ] && return
  timeout 180 npm run --silent build
}

# Debian builds Prometheus without the discovery of Kubernetes; everything else of the file is checked in any case.
scrape_configuration() {
  promtool check config deploy/prometheus/prometheus.yml >"$scratch/config.log" 2>&1 && return
  cat "$scratch/config.log"
  grep -q 'field kubernetes_sd_configs not found' "$scratch/config.log" || return 1
  cp -r deploy/prometheus/rules "$scratch/rules"
  sed -e 's/kubernetes_sd_configs:/static_configs:/' -e 's/- role: pod/- targets: []/' \
    deploy/prometheus/prometheus.yml >"$scratch/prometheus.yml"
  promtool check config "$scratch/prometheus.yml"
}

check 'packages are built' built_packages
check 'linters and schemas are installed' npm_tools
if [ "$failed" -eq 0 ]; then
  bin=deploy/check/node_modules/.bin
  check 'Dockerfile: dockerfile-utils' "$bin/dockerfile-utils" lint deploy/docker/Dockerfile
  check 'Dockerfile: dockerfilelint' "$bin/dockerfilelint" deploy/docker/Dockerfile
  check 'manifests: schemas, drain, environment, governance file' node deploy/check/manifests.mjs
fi
check 'files with the prefix kitex_ are up to date' node deploy/check/kitex-names.mjs --check
check 'Prometheus is installed' prometheus_tools
if command -v promtool >/dev/null; then
  check 'rules: promtool check' promtool check rules deploy/prometheus/rules/*.yml deploy/kitex/prometheus/rules/*.yml
  check 'rules: alerts fire, and only then' promtool test rules deploy/prometheus/tests/*.yml deploy/kitex/prometheus/tests/*.yml
  check 'scrape configuration: promtool check' scrape_configuration
fi
if [ "$failed" -eq 0 ]; then
  check 'live scrape: metrics, panels and alerts' timeout 240 node deploy/check/live-scrape.mjs
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
