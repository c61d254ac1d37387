#!/usr/bin/env bash
# The files in deploy/, held against the tools that will read them. Needs `npm run build` before, and promtool and prometheus
# on the PATH (the package "prometheus" of Debian).
set -euo pipefail
cd "$(dirname "$0")/../deploy"
for tool in promtool prometheus; do
  command -v "$tool" >/dev/null || { echo "$tool is missing: install the package prometheus" >&2; exit 1; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

[ -d check/node_modules ] || npm ci --prefix check --ignore-scripts --no-audit --no-fund

echo '== Dockerfile'
check/node_modules/.bin/dockerfile-utils lint docker/Dockerfile
check/node_modules/.bin/dockerfilelint docker/Dockerfile

echo '== Kubernetes'
node check/manifests.mjs

echo '== Prometheus'
promtool check rules prometheus/rules/*.yml
promtool test rules prometheus/tests/*.yml
# Debian builds Prometheus without the discovery of Kubernetes; everything else of the file is checked in any case.
if promtool check config prometheus/prometheus.yml >"$scratch/config.log" 2>&1; then
  cat "$scratch/config.log"
elif grep -q 'field kubernetes_sd_configs not found' "$scratch/config.log"; then
  cp -r prometheus/rules "$scratch/rules"
  sed -e 's/kubernetes_sd_configs:/static_configs:/' -e 's/- role: pod/- targets: []/' \
    prometheus/prometheus.yml >"$scratch/prometheus.yml"
  promtool check config "$scratch/prometheus.yml"
else
  cat "$scratch/config.log" >&2
  exit 1
fi

echo '== Live scrape'
node check/live-scrape.mjs
