import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import * as fc from '../../support/properties.ts';
import { areFree, limits, networksOf, overlap, parseCidr, parseRoutes, portsOf } from './addresses.ts';

const indices = fc.uniqueArray(fc.nat(limits['control-plane'] - 1), { minLength: 2, maxLength: 2 });
const nodeIndices = fc.uniqueArray(fc.nat(limits.node - 1), { minLength: 2, maxLength: 2 });

test('two instances never share a port', () => {
  fc.assert(
    fc.property(indices, ([a = 0, b = 1]) => {
      const ports = [...Object.values(portsOf(a)), ...Object.values(portsOf(b))];
      assert.equal(new Set(ports).size, ports.length);
    }),
  );
});

test('two nodes never share a network, and neither do the networks of one node', () => {
  const cidrsOf = (index: number): string[] => {
    const { podCidr, serviceCidr, hostAddress } = networksOf(index);
    return [podCidr, serviceCidr, `${hostAddress}/30`];
  };
  fc.assert(
    fc.property(nodeIndices, ([a = 0, b = 1]) => {
      const cidrs = [...cidrsOf(a), ...cidrsOf(b)].map(parseCidr);
      const clashes = cidrs.flatMap((one, at) => cidrs.slice(at + 1).filter((other) => overlap(one, other)));
      assert.deepEqual(clashes, []);
    }),
  );
});

test('ports stay below the range from which the kernel picks', () => {
  assert.ok(Math.max(...Object.values(portsOf(limits['control-plane'] - 1))) < 32_768);
});

describe('overlap', () => {
  const cases: [string, string, boolean][] = [
    ['10.96.0.0/16', '10.96.7.0/24', true],
    ['10.96.7.0/24', '10.96.0.0/12', true],
    ['10.96.0.0/16', '10.97.0.0/16', false],
    ['10.245.0.1/30', '10.245.0.2', true],
    ['10.245.0.1/30', '10.245.0.4', false],
    ['255.0.0.0/8', '255.255.255.255', true],
  ];
  for (const [a, b, want] of cases) {
    test(`${a} and ${b} ${want ? 'have' : 'do not have'} addresses in common`, () => {
      assert.equal(overlap(parseCidr(a), parseCidr(b)), want);
    });
  }
});

test('routes are read from /proc/net/route without the default route', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0',
    'tun0\t0000600A\t00000000\t0001\t0\t0\t0\t0000F0FF\t0\t0\t0',
  ].join('\n');
  assert.deepEqual(parseRoutes(`${table}\n`), [parseCidr('10.96.0.0/12')]);
});

test('a port on which somebody listens is not free', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const { port } = address;
  assert.equal(await areFree({ etcdClient: port, etcdPeer: port, apiServer: port }), false);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await areFree({ etcdClient: port, etcdPeer: port, apiServer: port }), true);
});
