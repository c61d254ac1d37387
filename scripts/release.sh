#!/usr/bin/env bash
# Publishes what npm does not have yet, with provenance; the release workflow runs it. Facts have to be confirmed before.
set -euo pipefail
cd "$(dirname "$0")/.."
node scripts/project-facts.mjs --confirmed
npm run build
npx changeset publish
# No workspace, so changesets does not know it.
version=$(node -p "require('./npm/nestjs-thrift/package.json').version")
if [ "$(npm view "nestjs-thrift@$version" version 2>/dev/null)" != "$version" ]; then
  (cd npm/nestjs-thrift && npm publish)
fi
