import { deepStrictEqual } from 'node:assert/strict';
import { EncodeError, ProtocolError } from '@nestjs-thrift/codec';
import { HeaderInfo, HeaderTemplate } from '@nestjs-thrift/transport/wire';
import { type FuzzTarget, outcomeOf } from '../fuzz-target.js';

/** Protocol id and number of transforms, which stand in front of the sections. */
const NO_TRANSFORMS = Buffer.from([0, 0]);

/** The info of a TTHeader and of a MeshHeader: found one by one as all at once, and the same after another trip. */
export const ttHeader: FuzzTarget = {
  name: 'tt-header',
  run(input) {
    checkInfo(() => HeaderInfo.ofTTHeader(input, 0, input.length));
    checkInfo(() => HeaderInfo.ofMeshHeader(input, 0, input.length));
  },
};

function checkInfo(open: () => HeaderInfo): void {
  const { value: info } = outcomeOf(ProtocolError, open);
  if (info === undefined) {
    return;
  }
  const fresh = open();
  for (const [key, value] of info.ints()) {
    deepStrictEqual(fresh.int(key), value);
  }
  for (const [key, value] of info.strings()) {
    if (/^[A-Za-z]+$/.test(key)) {
      deepStrictEqual(fresh.string(key), value);
    }
  }
  const fields = { strings: info.strings(), ints: info.ints() };
  // Replacing bytes that are not UTF-8 makes texts longer, so that they may not fit any more.
  const { value: template } = outcomeOf(EncodeError, () => new HeaderTemplate(fields));
  if (template === undefined) {
    return;
  }
  const bytes = Buffer.concat([NO_TRANSFORMS, template.bytes]);
  const again = HeaderInfo.ofTTHeader(bytes, 0, bytes.length);
  deepStrictEqual({ strings: again.strings(), ints: again.ints() }, fields);
}
