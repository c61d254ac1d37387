#!/usr/bin/env bash
# Every publishable package: its manifest, its exports and its types as another project would see them, and that what
# was built loads. Needs `npm run build` before.
set -euo pipefail
cd "$(dirname "$0")/.."
for folder in libs/*/; do
  folder=${folder%/}
  echo "== $folder"
  npx publint "$folder" --strict
  npx attw --pack "$folder" --profile esm-only
done
node scripts/import-built-packages.mjs
