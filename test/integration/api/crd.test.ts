/** How the CRD behaves in a real API server: installation, defaults, status, printing, apply, immutability. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { decodeRouteServerConfig, withDefaults, type RouteServerConfigStatus } from '../../../src/api/index.ts';
import type { RouteServerConfig, WrittenSpec } from '../../../src/api/index.ts';
import { kubectl } from '../../harness/index.ts';
import { until } from '../../harness/wait.ts';
import { bootConfigServer, config, leastSpec, type ConfigServer } from './server.ts';

const EXAMPLES = 'docs/spec/v1alpha1/examples';

let server: ConfigServer;
before(async () => {
  server = await bootConfigServer('api-crd');
});
after(() => server.stop());

/** What the server holds, decoded; a test that goes on must have a whole object. */
async function stored(object: object, ...flags: readonly string[]): Promise<RouteServerConfig> {
  return decoded(await server.apply(object, ...flags));
}

function decoded(raw: unknown): RouteServerConfig {
  const result = decodeRouteServerConfig(raw);
  if (!result.ok) assert.fail(result.problems.join('; '));
  return result.config;
}

/** Status, as the operator writes it. */
async function writeStatus(name: string, status: RouteServerConfigStatus): Promise<RouteServerConfig> {
  const patch = JSON.stringify({ status });
  const args = ['patch', 'rsc', name, '--subresource=status', '--type=merge', '-p', patch, '-o', 'json'];
  return decoded(JSON.parse(await kubectl(server.cluster, args)));
}

describe('the definition', () => {
  test('is taken without a warning', async () => {
    await kubectl(server.cluster, ['apply', '--server-side', '--warnings-as-errors', '-f', 'crds']);
  });

  test('is found by short name and category', async () => {
    const resources = await kubectl(server.cluster, ['api-resources', '--categories=routesrv', '-o', 'wide']);
    assert.match(resources, /routeserverconfigs +rsc +routesrv\.dev\/v1alpha1 +true +RouteServerConfig/);
  });

  test('explains its fields to kubectl', async () => {
    // The API server publishes the descriptions some time after it has begun to serve the kind.
    const wait = { what: 'kubectl explain', deadlineMs: 60_000 };
    const text = await until(wait, () => kubectl(server.cluster, ['explain', 'rsc.spec.mode']));
    assert.match(text, /write "False"\s+with\s+quotes/);
  });
});

describe('defaults', () => {
  const specs: Readonly<Record<string, WrittenSpec>> = {
    'of the least spec': leastSpec,
    'of one that is half written': {
      ...leastSpec,
      mode: 'Exec',
      routeServer: { autoscaling: { maxReplicas: 4 } },
      rollout: { steps: [50, 100] },
      clientBalancer: { enabled: true, percentage: 1 },
      tiers: [{ name: 'test', mode: 'Pre' }],
    },
    'of one with empty objects': { ...leastSpec, shadow: {}, rollout: {}, fallback: {}, routeServer: {} },
  };
  for (const [name, spec] of Object.entries(specs)) {
    test(`${name} are the same in the API server and in withDefaults`, async () => {
      const held = (await server.apply(config(spec, 'defaults'), '--dry-run=server')) as { readonly spec: unknown };
      assert.deepEqual(held.spec, withDefaults(spec));
    });
  }
});

describe('examples', () => {
  test('are all accepted and mean what withDefaults makes of them', async () => {
    const files = (await readdir(EXAMPLES)).map((file) => join(EXAMPLES, file));
    assert.ok(files.length >= 3);
    for (const file of files) {
      const written = parse(await readFile(file, 'utf8')) as { readonly spec: WrittenSpec };
      const held = (await server.apply({ ...written }, '--dry-run=server')) as { readonly spec: unknown };
      assert.deepEqual(held.spec, withDefaults(written.spec));
    }
  });
});

describe('server-side apply', () => {
  test('of the same manifest again changes nothing', async () => {
    const manifest = config({ mode: 'Pre', tiers: [{ name: 'test', mode: 'Exec' }] }, 'idempotent');
    const first = await stored(manifest);
    const second = await stored(manifest);
    assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
  });

  test('lets two owners each have their own tier', async () => {
    const of = (tier: string) => config({ tiers: [{ name: tier, mode: 'Pre' }] }, 'owners');
    await stored(of('test'), '--field-manager=test-owner');
    const { spec } = await stored(of('production'), '--field-manager=production-owner');
    assert.deepEqual(
      spec.tiers.map(({ name }) => name),
      ['test', 'production'],
    );
  });
});

describe('status', () => {
  const status: RouteServerConfigStatus = {
    observedGeneration: 1,
    tier: 'test',
    resolved: { mode: 'Exec', rolloutPercentage: 100, source: 'Tier' },
    effectiveMode: 'Pre',
    rollout: { percentage: 0 },
    skippers: { total: 3, direct: 3, routeServer: 0, converged: 0 },
    routeServer: { ready: 2, etag: '"abc"', routes: 7 },
    shadow: {
      verdict: 'OutOfSync',
      since: '2026-01-31T09:00:00Z',
      counts: { added: 1, removed: 0, changed: 0, rejected: 0, tolerated: 0 },
      samples: [{ routeId: 'kube_a__b', kind: 'Extra', difference: 'only in the route server' }],
      checks: 3,
    },
    conditions: [
      {
        type: 'Ready',
        status: 'False',
        reason: 'ShadowOutOfSync',
        message: '1 route differs',
        observedGeneration: 1,
        lastTransitionTime: '2026-01-31T09:00:00Z',
      },
    ],
    history: [{ time: '2026-01-31T08:00:00Z', from: 'False', to: 'Pre', reason: 'Shadowing' }],
  };

  test('cannot be written with the object', async () => {
    assert.equal((await stored({ ...config({}, 'isolated'), status })).status, undefined);
  });

  test('is kept whole when it is written by its subresource, and the spec stays', async () => {
    const before = await stored(config({}, 'written'));
    const after = await writeStatus('written', status);
    assert.deepEqual(after.status, status);
    assert.equal(after.metadata.generation, before.metadata.generation);
  });

  test('leaves the generation alone, and a change of the spec raises it', async () => {
    const { metadata } = await stored(config({ mode: 'Pre' }, 'written'));
    assert.equal(metadata.generation, 2);
  });

  test('is what kubectl get shows', async () => {
    await stored(config({}, 'printed'));
    await writeStatus('printed', status);
    const [head, row] = (await kubectl(server.cluster, ['get', 'rsc', 'printed'])).split('\n');
    assert.match(head ?? '', /^NAME +MODE +EFFECTIVE +PERCENT +SHADOW +READY +MESSAGE +AGE$/);
    assert.match(row ?? '', /^printed +Exec +Pre +0 +OutOfSync +False +1 route differs +\d+s$/);
  });
});

describe('the fleet of a config', () => {
  const otherFleet = { skipper: { deploymentRef: { name: 'other' } } };
  const refused = /cannot change while status.effectiveMode is "Pre" or "Exec"/;

  test('can change before the operator has seen the object', async () => {
    await stored(config({}, 'fleet'));
    assert.equal((await stored(config(otherFleet, 'fleet'))).spec.skipper.deploymentRef.name, 'other');
  });

  for (const mode of ['Pre', 'Exec'] as const) {
    test(`cannot change while the effective mode is ${mode}`, async () => {
      await writeStatus('fleet', { effectiveMode: mode });
      await assert.rejects(stored(config({}, 'fleet')), refused);
    });

    test(`cannot be wired in another way while the effective mode is ${mode}`, async () => {
      const skipper = { ...otherFleet.skipper, wiring: 'ConfigFile', configMapName: 'routes' };
      await assert.rejects(stored(config({ skipper }, 'fleet')), refused);
      await assert.rejects(
        stored(config({ skipper: { ...otherFleet.skipper, containerName: 'a' } }, 'fleet')),
        refused,
      );
    });
  }

  test('leaves every other field free in Exec', async () => {
    const skipper = { ...otherFleet.skipper, supportPort: 9912 };
    assert.equal((await stored(config({ mode: 'False', skipper }, 'fleet'))).spec.mode, 'False');
  });

  test('can change again once the effective mode is False', async () => {
    await writeStatus('fleet', { effectiveMode: 'False' });
    assert.equal((await stored(config({}, 'fleet'))).spec.skipper.deploymentRef.name, 'skipper-ingress');
  });
});
