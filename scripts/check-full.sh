#!/usr/bin/env bash
# The gate and the steps that take too long for it: run it before a release. Ends on "N passed, N failed".
cd "$(dirname "$0")/.." || exit
source scripts/steps.sh
source scripts/gate-steps.sh
gate_steps

counted 'share of lines that tests run' npm run test:coverage
counted 'npm test, Node 22' bash scripts/test-node-versions.sh 22
counted 'npm test, Node 26' bash scripts/test-node-versions.sh 26
counted 'unit specs, oldest supported versions of Node' \
  bash scripts/test-node-versions.sh 20.19.0 22.12.0 24.0.0 -- "${unit_specs[@]}"
counted 'end-to-end tests, oldest supported versions of Nest' \
  bash scripts/test-nest-versions.sh 11.1.6 12.0.4 -- test/{microservice,health,telemetry,apache,drain} libs/{microservice,testing}
counted 'tests across packages, as they are published' env TEST_PUBLISHED=1 npm test -- \
  test/transport test/streaming test/microservice test/gateway test/telemetry test/health
counted 'bundlers, compilers and test runners' bash scripts/check-runners.sh
counted 'start with every package manager and Nest' npm run try -- --full
counted 'pnpm and Yarn PnP' bash scripts/check-package-managers.sh
step 'bill of materials' bash scripts/sbom.sh
counted 'slow consumers of streams, 1 GiB' \
  env STREAM_VOLUME_MIB=1024 npm test -- test/streaming/resources.e2e-spec.ts
step 'every supported npm thrift' npm run --workspace libs/apache test:thrift-range
counted 'interop, older versions too' npm run test:interop -- --all --only='Kitex 0.9'
counted 'interop finds deliberate faults' npm run test:interop -- --mutants
counted 'fuzz, 15 minutes' npm run fuzz -- --seconds 900
counted 'soak, 20 minutes' npm run soak -- --minutes 20
counted 'attacks, five times each' npm run attack -- --long
step 'documentation site with API reference' npm run docs:site
step 'screenshots of the site' node scripts/site-screenshots.mjs

finish
