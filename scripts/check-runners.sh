#!/usr/bin/env bash
# Small projects with the bundlers, compilers and test runners of users: check-runners.sh [CASE…]
#
#   check-runners.sh                  all folders of test/runners that are a project
#   check-runners.sh esbuild vitest   two of them
#
# Each is copied out of the workspace, installs packed tarballs, generates code and makes calls over a socket. Needs
# `npm run build` before. Ends on "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cases=("$@")
if [ "${#cases[@]}" -eq 0 ]; then
  for manifest in test/runners/*/package.json; do cases+=("$(basename "$(dirname "$manifest")")"); done
fi
passed=0
failed=0

mkdir "$scratch/packages"
for folder in libs/*/; do
  (cd "$folder" && npm pack --silent --pack-destination "$scratch/packages" >/dev/null) || exit 1
done

# install CASE : the project of a case, ready to be checked.
install() {
  local folder=$scratch/$1
  mkdir "$folder" && cp -r test/runners/shared/. "$folder/" || return
  # The Nest application that most cases build needs more than the smallest ones.
  if grep -q '@nestjs-thrift/health' "test/runners/$1/package.json"; then cp -r test/runners/nest/. "$folder/"; fi
  cp -r "test/runners/$1/." "$folder/"
  node scripts/use-tarballs.mjs "$folder/package.json" "$scratch/packages" &&
    cd "$folder" && npm install --no-progress --no-package-lock &&
    npx nestjs-thrift gen
}

# on_node VERSION COMMAND… : runs a command on another version of Node.
on_node() {
  local bin=.cache/nodes/$1/node_modules/node-$(node -p 'process.platform + "-" + process.arch')/bin
  bash scripts/test-node-versions.sh --fetch "$1" && PATH=$PWD/$bin:$PATH "${@:2}"
}

# check NAME COMMAND… : the output is shown only if the command fails.
check() {
  local name=$1 started=$SECONDS
  shift
  if ("$@") >"$scratch/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name ($((SECONDS - started)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL  $name ($((SECONDS - started)) s)"
    sed 's/^/      /' "$scratch/log"
  fi
}

for case in "${cases[@]}"; do
  check "$case: installed" install "$case"
  if [ "$case" = type-stripping ]; then
    for version in 22 24; do
      check "$case, Node $version" on_node "$version" npm --prefix "$scratch/$case" run check
    done
  else
    check "$case" npm --prefix "$scratch/$case" run check
  fi
  rm -rf "${scratch:?}/$case"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
