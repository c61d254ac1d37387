import { build } from 'esbuild';
import { optionalPackages } from './optional-packages.mjs';

const options = {
  entryPoints: ['src/main.ts'],
  bundle: true,
  minify: true,
  sourcemap: true,
  platform: 'node',
  target: 'node20',
  external: optionalPackages.flatMap((name) => [name, `${name}/*`]),
};
await build({
  ...options,
  format: 'esm',
  outfile: 'dist/esm/main.mjs',
  // CommonJS packages in the bundle call it.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
await build({
  ...options,
  format: 'cjs',
  outfile: 'dist/commonjs/main.cjs',
  // Nest 12 is an ES module that asks for its URL.
  define: { 'import.meta.url': 'importMetaUrl' },
  banner: { js: "const importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
});
