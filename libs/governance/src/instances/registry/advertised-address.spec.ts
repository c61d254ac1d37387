import { advertisedAddress } from './advertised-address.js';

describe('advertisedAddress', () => {
  it('prefers the variables of Kitex', () => {
    const environment = { KITEX_IP_TO_REGISTRY: '10.1.2.3', KITEX_PORT_TO_REGISTRY: '9999' };
    expect(advertisedAddress(8888, environment)).toBe('10.1.2.3:9999');
    expect(advertisedAddress(8888, { KITEX_IP_TO_REGISTRY: 'fd00::1' })).toBe('[fd00::1]:8888');
  });
});
