#!/usr/bin/env bash
# Prints a bill of materials of the published packages, in CycloneDX: what an installation of them all brings along, except peers.
# `npm sbom` of the workspace leaves out what is a development dependency of the root too. Needs `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

mkdir "$scratch/packages" "$scratch/project"
names=()
for folder in libs/*/; do
  (cd "$folder" && npm pack --silent --pack-destination "$scratch/packages" >&2)
  names+=("$(basename "$folder")")
done
node -e '
  const dependencies = Object.fromEntries(process.argv.slice(1).map((name) => [`@nestjs-thrift/${name}`, "*"]));
  console.log(JSON.stringify({ name: "nestjs-thrift", version: "0.0.0", license: "MIT", dependencies }));
' "${names[@]}" >"$scratch/project/package.json"
node scripts/use-tarballs.mjs "$scratch/project/package.json" "$scratch/packages"
cd "$scratch/project"
npm install --no-progress --ignore-scripts >&2
npm sbom --sbom-format cyclonedx --omit peer
