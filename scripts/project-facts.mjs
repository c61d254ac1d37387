// The public facts of the project, in one place: manifests and documents are filled from here (`npm run manifests`).
// `node scripts/project-facts.mjs --confirmed` fails until an owner has confirmed them; the release workflow runs it.

const slug = 'nestjs-thrift/nestjs-thrift';

export const facts = {
  /** Set to true by an owner, once the repository, the npm organisation and the advisories page exist. */
  confirmed: false,
  repository: `https://github.com/${slug}`,
  /** The documentation site; `error.docUrl` and links of package READMEs lead there. */
  site: 'https://nestjs-thrift.github.io/nestjs-thrift/',
  homepage: `https://github.com/${slug}#readme`,
  issues: `https://github.com/${slug}/issues`,
  advisories: `https://github.com/${slug}/security/advisories/new`,
  /** In every package; each adds its own. */
  keywords: ['thrift', 'nestjs', 'kitex', 'cloudwego', 'apache-thrift', 'rpc', 'microservices'],
  copyrightHolder: 'The nestjs-thrift authors',
};

if (process.argv.includes('--confirmed') && !facts.confirmed) {
  console.error(
    'scripts/project-facts.mjs is not confirmed: check the repository, the homepage and the holder, then set "confirmed" to true',
  );
  process.exitCode = 1;
}
