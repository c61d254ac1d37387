import { runCodecs } from './codec/run.js';
const r = runCodecs(() => undefined);
for (const [proto, payloads] of Object.entries(r))
  for (const [p, rows] of Object.entries(payloads)) {
    const ours = rows[0]!;
    for (const x of rows)
      console.log(
        proto,
        p,
        x.name.padEnd(30),
        x.encodeNs.toFixed(0).padStart(8),
        x.decodeNs.toFixed(0).padStart(8),
        (x.encodeNs / ours.encodeNs).toFixed(1),
        (x.decodeNs / ours.decodeNs).toFixed(1),
      );
  }
