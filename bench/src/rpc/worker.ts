// A process that serves one peer, or calls it, as messages request: `node worker.js PEER [URL of a module with PEERS]`.
import { CpuProfile } from '../profile/cpu-profile.js';
import { probeSpeed } from '../quiet.js';
import { load } from './load.js';
import { cellName, type Reply, type Request } from './messages.js';
import type { PeerClient } from './peer.js';
import type { PeerName, PEERS } from './peers/index.js';
import { UsageMeter } from './usage.js';

const [name, url = './peers/index.js'] = process.argv.slice(2) as [PeerName, string?];
const peers = (await import(url)) as { PEERS: typeof PEERS };
const peer = await peers.PEERS[name]();
const meter = new UsageMeter();
const profile = new CpuProfile();
const clients = new Map<string, PeerClient>();

async function answer(request: Request): Promise<Reply> {
  switch (request.type) {
    case 'serve':
      return { type: 'serving', port: (await peer.startServer()).port };
    case 'probe-speed':
      return { type: 'speed', milliseconds: probeSpeed() };
    case 'connect': {
      const { port, cell } = request;
      const client = await peer.connect(port, cell.kind, cell.callers);
      await client.verify(cell.payload);
      clients.set(cellName(cell), client);
      return { type: 'done' };
    }
    case 'load': {
      const { cell, limit } = request;
      const client = clients.get(cellName(cell))!;
      return {
        type: 'loaded',
        result: await load(client, cell.payload, cell.callers, limit),
      };
    }
    case 'start-measuring':
      meter.start(request.what);
      return { type: 'done' };
    case 'stop-measuring':
      return { type: 'usage', usage: meter.stop() };
    case 'start-profile':
      await profile.start();
      return { type: 'done' };
    case 'stop-profile':
      return { type: 'profile', spots: await profile.stop() };
  }
}

process.on('message', (request: Request) => {
  void answer(request)
    .catch((error: Error): Reply => ({ type: 'failed', message: error.stack ?? error.message }))
    .then((reply) => process.send!(reply));
});
process.on('disconnect', () => process.exit());
