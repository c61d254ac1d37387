import { DEFAULT_LIMITS } from './attack.js';
import { beyond, leftBehind, type State } from './verdict.js';

const REST: State = { heldMb: 20, sockets: 5, resources: { TCPSocketWrap: 4, Timeout: 1 } };
const CALM = { stallMs: 30, warnings: [] };

describe('beyond', () => {
  it('finds nothing within the limits', () => {
    expect(beyond(DEFAULT_LIMITS, DEFAULT_LIMITS.peakMb, CALM)).toEqual([]);
  });

  it('names growth of memory, stalls and warnings', () => {
    const strain = { stallMs: DEFAULT_LIMITS.stallMs + 1, warnings: ['MaxListeners…'] };

    expect(beyond(DEFAULT_LIMITS, DEFAULT_LIMITS.peakMb + 1, strain)).toEqual([
      'memory grew by 257 MB, allowed are 256',
      'event loop stalled 2001 ms, allowed are 2000',
      'MaxListeners…',
    ]);
  });
});

describe('leftBehind', () => {
  it('finds nothing when a process holds less than before', () => {
    const after = { heldMb: 10, sockets: 4, resources: { TCPSocketWrap: 3 } };

    expect(leftBehind(REST, after)).toEqual([]);
  });

  it('names memory, sockets and handles that stayed', () => {
    const after = { heldMb: 60, sockets: 7, resources: { TCPSocketWrap: 6, TCPServerWrap: 1 } };

    expect(leftBehind(REST, after)).toEqual([
      '40 MB still held',
      'sockets 5 → 7 not closed',
      'left behind: TCPSocketWrap 4 → 6, TCPServerWrap 0 → 1',
    ]);
  });
});
