import { PAYLOADS, type PayloadName } from '../payloads.js';
import { QuietMoments } from '../quiet.js';
import type { CodecByPayload } from '../report/results.js';
import { apacheContestants } from './contestants/apache.js';
import { jsonContestant, msgpackrContestant } from './contestants/json-like.js';
import { ourContestants } from './contestants/ours.js';
import { protobufContestant } from './contestants/protobuf.js';
import { thriftrwContestant } from './contestants/thriftrw.js';
import type { Contestant } from './contestant.js';
import { measureCodecs } from './measure.js';

function contestants(payload: PayloadName, protocol: 'binary' | 'compact'): Contestant[] {
  const thrift = [...ourContestants(payload, protocol), ...apacheContestants(payload, protocol)];
  if (protocol === 'compact') {
    return thrift;
  }
  return [
    ...thrift,
    thriftrwContestant(payload),
    protobufContestant(payload),
    msgpackrContestant(payload),
    jsonContestant(payload),
  ];
}

/** Measures all codecs on all payloads. */
export async function runCodecs(
  onProgress: (text: string) => void,
): Promise<Record<'binary' | 'compact', CodecByPayload>> {
  const measured = { binary: {}, compact: {} } as Record<
    'binary' | 'compact',
    Record<PayloadName, CodecByPayload[PayloadName]>
  >;
  const quiet = new QuietMoments();
  for (const protocol of ['binary', 'compact'] as const) {
    for (const payload of PAYLOADS) {
      measured[protocol][payload] = await measureCodecs(contestants(payload, protocol), quiet);
      onProgress(`codec: ${protocol}, ${payload}`);
    }
  }
  return measured;
}
