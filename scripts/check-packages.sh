#!/usr/bin/env bash
# Every publishable package: its manifest, its exports and its types as another project would see them, what npm would
# publish, and that what was built loads. Needs `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")/.."
for folder in libs/*/; do
  folder=${folder%/}
  echo "== $folder"
  npx publint "$folder" --strict
  # Also without `exports`, as `moduleResolution: node10` reads packages; `require()` of an ES module works on every supported Node.
  npx attw --pack "$folder" --profile strict --ignore-rules cjs-resolves-to-esm
done
node scripts/import-built-packages.mjs
node scripts/manifests.mjs --check
# Provenance is for the release workflow alone.
for folder in libs/*/ npm/*/; do
  (cd "$folder" && npm publish --dry-run --provenance=false)
done
