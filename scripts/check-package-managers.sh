#!/usr/bin/env bash
# Installs the built packages into a new project with package managers that resolve nothing a package.json does not list,
# generates code there, checks its types and runs it. Needs `npm run build` before. Ends on "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

mkdir "$scratch/packages"
for folder in libs/*/; do
  (cd "$folder" && npm pack --silent --pack-destination "$scratch/packages" >/dev/null) || exit 1
done

# tarball NAME : the packed package, as a dependency.
tarball() { echo "file:$(echo "$scratch/packages/nestjs-thrift-$1"-[0-9]*.tgz)"; }

# A project that lists what an application lists; every other package of this repository comes from the tarballs too.
project() {
  node -e '
    const [folder, ...pairs] = process.argv.slice(1);
    const ours = Object.fromEntries(pairs.map((pair) => pair.split("=")));
    const manifest = {
      name: "project", private: true, type: "module",
      dependencies: {
        "@nestjs-thrift/microservice": ours["@nestjs-thrift/microservice"],
        "@nestjs/common": "^12.0.4", "@nestjs/core": "^12.0.4", "@nestjs/microservices": "^12.0.4",
        "reflect-metadata": "^0.2.2", rxjs: "^7.8.2",
      },
      devDependencies: {
        "@nestjs-thrift/cli": ours["@nestjs-thrift/cli"], "@types/node": "^20.19.0", typescript: "~6.0.0",
      },
      overrides: ours, resolutions: ours, pnpm: { overrides: ours },
    };
    require("fs").writeFileSync(`${folder}/package.json`, JSON.stringify(manifest, null, 2));
  ' "$@"
}

# check NAME INSTALL RUN : in a separate folder; the output is shown only if a step fails.
check() {
  local name=$1 install=$2 run=$3 folder=$scratch/$1 pairs=()
  mkdir "$folder"
  cp "$root/apps/idl/user.thrift" "$folder/"
  for manifest in "$root"/libs/*/package.json; do
    local package=${manifest%/package.json}
    pairs+=("@nestjs-thrift/${package##*/}=$(tarball "${package##*/}")")
  done
  project "$folder" "${pairs[@]}"
  cat >"$folder/tsconfig.json" <<'JSON'
{ "compilerOptions": { "strict": true, "module": "nodenext", "target": "es2023", "skipLibCheck": true, "types": ["node"], "rootDir": "src", "outDir": "dist" }, "include": ["src"] }
JSON
  mkdir "$folder/src"
  cat >"$folder/src/main.ts" <<'TS'
import { UserSchema, UserService } from './gen/user.js';

const user = UserSchema.create({ id: 1n, name: 'Ada' });
if (user.name !== 'Ada' || Object.keys(UserService.methods).length !== 4) {
  throw new Error('the generated code does not work');
}
TS
  if (
    cd "$folder" && eval "$install" && $run nestjs-thrift gen user.thrift -o src/gen && $run tsc && $run node dist/main.js
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
