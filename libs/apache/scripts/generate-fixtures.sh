#!/usr/bin/env bash
# Regenerates test/gen with the Apache compiler on the PATH (Debian: thrift-compiler).
set -euo pipefail
cd "$(dirname "$0")/../test"
for style in node es6; do
  mkdir -p "gen/$style"
  options=js:node
  [ "$style" = es6 ] && options=js:node,es6
  thrift --gen "$options" -out "gen/$style" store.thrift
done
echo '{ "type": "commonjs" }' >gen/package.json
