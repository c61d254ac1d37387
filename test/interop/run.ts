import { installToolchains, prepare } from './runner/prepare.js';
import { peers } from './runner/peers.js';

if (process.argv.includes('--install')) await installToolchains();
const { built, missing } = await prepare(peers);
for (const { peer, reason } of missing) console.log(`without ${peer.name}: ${reason}`);
console.log(`with ${built.map(({ name }) => name).join('; ')}`);
