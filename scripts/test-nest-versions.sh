#!/usr/bin/env bash
# Runs tests on other versions of Nest: test-nest-versions.sh VERSION… [-- ARGUMENTS OF JEST…]
#
#   test-nest-versions.sh 11                                   the end-to-end tests that load Nest, on the newest Nest 11
#   test-nest-versions.sh 11.1.6 12.0.4 -- test/microservice   those of one folder on two of them
#
# Each Nest is installed into .cache/nests. Its peers, such as rxjs, are those of the root. Ends on "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."

versions=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  versions+=("$1")
  shift
done
[ $# -gt 0 ] && shift
[ "${#versions[@]}" -eq 0 ] && versions=(11)
if [ $# -eq 0 ]; then
  mapfile -t specs < <(grep -rlE --include='*spec.ts' '@nestjs/|@nestjs-thrift/(microservice|health|telemetry|testing)' \
    test libs/*/src apps/*/src --exclude-dir=structure --exclude=typescript-snippets.spec.ts)
  # Where adapters and body parsers of a Nest would differ first.
  set -- "${specs[@]}" test/sample test/gateway/requests
fi

# install VERSION : sets folder to one with that Nest.
install() {
  local version=$1 core=() name
  folder=$PWD/.cache/nests/$version
  for name in common core microservices platform-express platform-fastify testing; do core+=("@nestjs/$name@$version"); done
  mkdir -p "$folder"
  [ -f "$folder/package.json" ] || echo '{ "private": true }' >"$folder/package.json"
  [ -d "$folder/node_modules/@nestjs/swagger" ] && return
  npm install --prefix "$folder" --no-progress --legacy-peer-deps "${core[@]}" \
    "@nestjs/terminus@${version%%.*}" "@nestjs/swagger@${version%%.*}" @willsoto/nestjs-prometheus@6 nestjs-pino@5
}

passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
for version in "${versions[@]}"; do
  if ! install "$version" >"$log" 2>&1; then
    cat "$log"
    failed=$((failed + 1))
    continue
  fi
  echo "== Nest $(node -p "require('$folder/node_modules/@nestjs/core/package.json').version")"
  TEST_NEST_FOLDER=$folder node scripts/jest.mjs "$@" 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  read -r version_passed version_failed < <(node scripts/count-results.mjs "$log")
  if [ "$version_failed" -eq 0 ] && [ "$code" -ne 0 ]; then version_failed=1; fi
  passed=$((passed + version_passed))
  failed=$((failed + version_failed))
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
