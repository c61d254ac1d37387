const { IgnorePlugin } = require('webpack');

/** @type {Promise<import('webpack').Configuration>} */
module.exports = import('./optional-packages.mjs').then(({ isOptional }) => ({
  mode: 'production',
  target: 'node',
  entry: './src/main.ts',
  devtool: 'source-map',
  resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  module: {
    rules: [{ test: /\.ts$/, loader: 'ts-loader', options: { transpileOnly: true } }],
  },
  plugins: [new IgnorePlugin({ checkResource: isOptional })],
}));
