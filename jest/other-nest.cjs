const { readFileSync } = require('node:fs');
const path = require('node:path');

// A folder whose node_modules has another version of Nest; scripts/test-nest-versions.sh sets it.
const folder = process.env.TEST_NEST_FOLDER;
const packages = new Set(folder === undefined ? [] : installedIn(folder));

/**
 * The folder in which a package of Nest is looked up instead of the root; `undefined` for any other package, and when
 * the tests run on the Nest of the root.
 *
 * @param {string} request
 * @returns {string | undefined}
 */
exports.folderOf = (request) => {
  const [name] = /^(?:@[^/]+\/)?[^/]+/.exec(request) ?? [];
  return name !== undefined && packages.has(name) ? folder : undefined;
};

/**
 * @param {string} from
 * @returns {string[]}
 */
function installedIn(from) {
  return Object.keys(
    JSON.parse(readFileSync(path.join(from, 'package.json'), 'utf8')).dependencies,
  );
}
