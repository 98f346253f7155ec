import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { TlsHosts, TlsSecret } from '../api/index.ts';
import { indexCluster } from './cluster.ts';
import { tlsOutcome } from './tls.ts';

const good: TlsSecret = {
  namespace: 'shop',
  name: 'cert',
  type: 'kubernetes.io/tls',
  certificate: 'present',
  key: 'present',
};
const owner = { kind: 'Ingress', namespace: 'shop', hosts: ['a.org', 'b.org'] } as const;

function outcomeWith(tls: Partial<TlsHosts>, secret: Partial<TlsSecret> = {}) {
  const none = { ingresses: [], routeGroups: [], services: [], endpoints: [], endpointSlices: [] };
  const lookup = indexCluster({ ...none, secrets: [{ ...good, ...secret }] });
  return tlsOutcome([{ hosts: ['a.org'], secretName: 'cert', ...tls }], owner, lookup);
}

test('each host that has a rule gets the certificate', () => {
  const { certificates, findings } = outcomeWith({ hosts: ['a.org', 'b.org'] });
  assert.deepEqual(findings, []);
  assert.deepEqual(
    certificates.map(({ host, secretName }) => `${host} ${secretName}`),
    ['a.org cert', 'b.org cert'],
  );
});

test('an entry without a Secret asks for nothing', () => {
  assert.deepEqual(outcomeWith({ secretName: '' }), { certificates: [], findings: [] });
});

suite('what is wrong is told', () => {
  const cases = {
    'no host has a rule': { outcome: outcomeWith({ hosts: ['c.org'] }), code: 'tls-hosts-mismatch', message: /c\.org/ },
    'one host has none': {
      outcome: outcomeWith({ hosts: ['a.org', 'c.org'] }),
      code: 'tls-hosts-mismatch',
      message: /c\.org/,
    },
    'the Secret is not there': {
      outcome: outcomeWith({ secretName: 'x' }),
      code: 'tls-secret-not-found',
      message: /secret x in namespace shop/,
    },
    'the key is missing': {
      outcome: outcomeWith({}, { key: 'missing' }),
      code: 'tls-secret-invalid',
      message: /must contain tls\.crt and tls\.key/,
    },
    'the certificate cannot be decoded': {
      outcome: outcomeWith({}, { certificate: 'not base64' }),
      code: 'tls-secret-invalid',
      message: /tls\.crt/,
    },
    'the key is no PEM': {
      outcome: outcomeWith({}, { key: 'not PEM' }),
      code: 'tls-secret-invalid',
      message: /tls\.key is not PEM/,
    },
    'the Secret is of another type': {
      outcome: outcomeWith({}, { type: 'Opaque' }),
      code: 'tls-secret-invalid',
      message: /Opaque/,
    },
  };
  for (const [name, { outcome, code, message }] of Object.entries(cases)) {
    test(name, () => {
      const [finding, ...others] = outcome.findings;
      assert.deepEqual(others, []);
      assert.equal(finding?.code, code);
      assert.match(finding.message, message);
      assert.equal(finding.field, 'spec.tls');
    });
  }

  test('and a host without a rule does not keep the certificate from the others', () => {
    assert.deepEqual(
      outcomeWith({ hosts: ['a.org', 'c.org'] }).certificates.map(({ host }) => host),
      ['a.org'],
    );
  });
});
