// `npm run docs:reference`: writes reference pages and the JSON Schema of policy files from the sources. With `--check` it writes
// nothing and fails if one differs.
import { writeGenerated } from './reference/generated-file.mjs';
import { decoratorsPage } from './reference/decorators.mjs';
import { logLinesPage } from './reference/log-lines.mjs';
import { metricsPage } from './reference/metrics.mjs';
import { policyPage } from './reference/policy-page.mjs';
import { policySchema, SCHEMA_NAME } from './reference/policy-schema.mjs';

const schema = policySchema();
const FILES = {
  'docs/reference/metrics.md': metricsPage(),
  'docs/reference/log-lines.md': logLinesPage(),
  'docs/reference/decorators.md': decoratorsPage(),
  'docs/reference/policy-file.md': policyPage(JSON.parse(schema)),
  [`libs/governance/${SCHEMA_NAME}`]: schema,
  [`docs/public/${SCHEMA_NAME}`]: schema,
};

for (const [file, content] of Object.entries(FILES)) {
  await writeGenerated(file, content, 'npm run docs:reference');
}
