import { governanceCases } from '../governance.cases.js';
import { instancesCases } from '../instances.cases.js';
import { nestCases } from '../nest.cases.js';
import { retryCases } from '../retry.cases.js';
import { telemetryCases } from '../telemetry.cases.js';
import { transportCases } from '../transport.cases.js';
import { runCases } from './case-runner.js';

// One process for all tables: to load the sources takes longer than the cases.
await runCases({
  transport: transportCases,
  retry: retryCases,
  governance: governanceCases,
  instances: instancesCases,
  nest: nestCases,
  telemetry: telemetryCases,
});
process.exit(0);
