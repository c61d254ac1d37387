#!/usr/bin/env bash
# Installs the built packages into test/runners/strict, outside the workspace, with package managers that resolve nothing a
# package.json does not list. Generates code there, checks the types and runs it. Needs `npm run build` before. Ends on
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

mkdir "$scratch/packages"
for folder in libs/*/; do
  (cd "$folder" && npm pack --silent --pack-destination "$scratch/packages" >/dev/null) || exit 1
done

# Imports what snippets of the documentation import of the package that its reader has installed.
imports_of_snippets() {
  grep -rhoE "'@nestjs-thrift/microservice[^']*'" README.md docs --include='*.md' | sort -u | sed 's/.*/import &;/'
}

# check NAME INSTALL RUN : in a separate folder; the output is shown only if a step fails.
check() {
  local name=$1 install=$2 run=$3 folder=$scratch/$1
  cp -r test/runners/strict "$folder"
  cp -r test/runners/shared/. "$folder/"
  imports_of_snippets >"$folder/src/snippets.ts"
  node scripts/use-tarballs.mjs "$folder/package.json" "$scratch/packages"
  if (
    cd "$folder" && eval "$install" && $run nestjs-thrift gen && $run tsc &&
      $run node dist/snippets.js && $run node dist/main.js
  ) >"$scratch/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name"
  else
    failed=$((failed + 1))
    echo "FAIL  $name"
    sed 's/^/      /' "$scratch/log"
  fi
}

check pnpm 'npx --yes pnpm@10 install --no-frozen-lockfile' 'npx --yes pnpm@10 exec'
check yarn-pnp \
  'printf "nodeLinker: pnp\nenableGlobalCache: false\nenableTelemetry: false\n" >.yarnrc.yml && touch yarn.lock && npx --yes @yarnpkg/cli-dist@4 install --no-immutable' \
  'npx --yes @yarnpkg/cli-dist@4'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
