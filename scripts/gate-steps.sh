#!/usr/bin/env bash
# The steps that every change must pass, in at most 50 minutes on two cores. Sourced after steps.sh by .ci/run and
# scripts/check-full.sh; longer steps belong in the latter.

# The IDL files of other projects are not part of the repository; this variable tells the tests where they are.
corpus=../shared/idl-corpus
if [ -d "$corpus" ]; then
  THRIFT_IDL_CORPUS=$(cd "$corpus" && pwd)
  export THRIFT_IDL_CORPUS
fi

# Real peers of the tests, as Debian has them. Without apt-get the tests that need a missing one name it.
debian_packages() {
  command -v apt-get >/dev/null || return 0
  local missing=()
  for package in etcd-server prometheus chromium tmux; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

unit_specs=(--testMatch '<rootDir>/libs/**/*.spec.ts')

gate_steps() {
  in_background 'Debian packages' debian_packages
  step 'npm install' npm install --no-progress
  in_background 'other versions of Node' bash scripts/test-node-versions.sh --fetch 22 24 26
  step 'build' npm run build
  job_ended 'Debian packages'
  # Not earlier, because apt-get takes a lock.
  in_background 'peers are built' npm run test:interop -- --install --prepare

  counted "npm test, Node $(node -v)" npm test
  job_ended 'other versions of Node'
  counted 'npm test, Node 24' bash scripts/test-node-versions.sh 24
  counted 'unit specs, Node 22 and 26' bash scripts/test-node-versions.sh 22 26 -- "${unit_specs[@]}"
  counted 'end-to-end tests, Nest 11' bash scripts/test-nest-versions.sh 11

  step 'types' npm run typecheck
  step 'lint' npm run lint
  step 'format' npm run format:check
  step 'layers' npm run layers
  step 'generated code is up to date' npm run gen:check
  step 'conventions of the IDL' node libs/cli/bin/nestjs-thrift.js lint 'apps/idl/**/*.thrift'
  step 'every export has a comment' npm run docs:check
  step 'plain words' npm run docs:prose
  step 'tables of error codes' npm run docs:errors -- --check
  step 'tables of commands' npm run docs:commands -- --check
  step 'tables of options' npm run docs:options -- --check
  step 'reference pages' npm run docs:reference -- --check
  step 'packages' npm run check:packages
  step 'reports of the API' npm run api -- --check
  step 'licences and advisories' node scripts/check-dependencies.mjs
  counted 'a bundler and a test runner of users' bash scripts/check-runners.sh esbuild vitest
  step 'workflows' go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
  step 'nest build' npx nest build user-service
  counted 'deployment files' bash scripts/check-deploy.sh

  counted 'start as the documentation says' npm run try
  job_ended 'peers are built'
  # These send load or measure memory, so no job runs in the background.
  counted 'fuzz' npm run fuzz -- --seconds 30
  counted 'soak' npm run soak -- --minutes 0.5
  counted 'attacks' npm run attack -- --again
  # As users have it, from what is published.
  counted 'interop with real peers' env TEST_PUBLISHED=1 npm run test:interop
}
