import { rspack } from '@rspack/core';
import { isOptional } from './optional-packages.mjs';

/** @type {import('@rspack/core').Configuration} */
export default {
  mode: 'production',
  target: 'node',
  entry: './src/main.ts',
  devtool: 'source-map',
  output: {
    module: true,
    filename: 'main.mjs',
    chunkFormat: 'module',
    library: { type: 'module' },
  },
  plugins: [new rspack.IgnorePlugin({ checkResource: isOptional })],
  resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  module: {
    rules: [
      {
        test: /\.ts$/,
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true },
          },
        },
      },
    ],
  },
};
