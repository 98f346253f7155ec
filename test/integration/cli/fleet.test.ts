/** `fleet` and `promote` with three real control planes, each of a tier of its own, and one that is away. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { parse } from 'yaml';
import { run } from '../../../src/cli/run.test-support.ts';
import { kinds } from '../../../src/kube/index.ts';
import { breakGround, withCrd, type Ground } from '../kube/ground.ts';

const names = ['test', 'production-low', 'production'] as const;
const folder = mkdtempSync(join(tmpdir(), 'routesrv-fleet-'));
const [kubeconfig, file] = [join(folder, 'kubeconfig'), join(folder, 'ingress.yaml')];
const key = { namespace: 'default', name: 'ingress' };
const grounds: Ground[] = [];

const manifest = `# one for every cluster
apiVersion: routesrv.dev/v1alpha1
kind: RouteServerConfig
metadata: { name: ingress, namespace: default }
spec:
  skipper: { deploymentRef: { name: skipper-ingress } }
  tiers:
    - { name: test,           mode: "Exec" }  # baked
    - { name: production-low, mode: "Pre" }
    - { name: production,     mode: "False" }
`;

interface Entry {
  readonly name: string;
}
interface Kubeconfig {
  readonly clusters: readonly Entry[];
  readonly contexts: readonly (Entry & { readonly context: object })[];
  readonly users: readonly Entry[];
}

/** One kubeconfig with a context for each tier's cluster, and one for a cluster that nobody answers for. */
function merged(): object {
  const all = grounds.map(({ cluster }, index) => {
    const one = parse(readFileSync(cluster.kubeconfigPath, 'utf8')) as Kubeconfig;
    const name = names[index] ?? '';
    const [at, user] = [one.clusters[0], one.users[0]];
    return { at: { ...at, name }, user: { ...user, name }, context: { name, context: { cluster: name, user: name } } };
  });
  const gone = { name: 'gone', cluster: { server: 'https://127.0.0.1:1' } };
  return {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [...all.map(({ at }) => at), gone],
    users: all.map(({ user }) => user),
    contexts: [...all.map(({ context }) => context), { name: 'gone', context: { cluster: 'gone', user: 'test' } }],
  };
}

/** What the operator of a cluster would say about its tier. */
async function operatorSays(ground: Ground, tier: string, promotable: boolean): Promise<void> {
  const config = await ground.client.get(kinds.RouteServerConfig, key);
  const time = '2026-01-01T00:00:00Z';
  const condition = (type: string, isSo: boolean, message: string) => {
    const status = isSo ? 'True' : 'False';
    return { type, status, reason: isSo ? 'BakeOver' : 'BakeNotOver', message, lastTransitionTime: time };
  };
  const status = {
    ...{ tier, observedGeneration: config.metadata.generation, effectiveMode: 'Exec', phase: 'Moved' },
    resolved: { mode: 'Exec', rolloutPercentage: 100, source: 'Tier' },
    rollout: { percentage: 100 },
    shadow: { verdict: 'InSync', since: time },
    bake: { since: time, until: '2026-01-15T00:00:00Z' },
    conditions: [condition('Ready', true, ''), condition('Promotable', promotable, 'bakes until 2026-01-15')],
  };
  await ground.client.patchStatus(kinds.RouteServerConfig, key, { type: 'merge', body: { status } });
}

before(async () => {
  for (const name of names) grounds.push(await withCrd(await breakGround(`fleet-${name}`)));
  writeFileSync(kubeconfig, JSON.stringify(merged()));
  for (const [index, ground] of grounds.entries()) {
    const body = { ...(parse(manifest) as object), metadata: key };
    await ground.client.apply(kinds.RouteServerConfig, body, { fieldManager: 'person', force: true });
    await operatorSays(ground, names[index] ?? '', index === 0);
  }
});
after(async () => {
  await Promise.all(grounds.map((ground) => ground.stop()));
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  writeFileSync(file, manifest);
});

const fleet = (contexts: string, ...more: readonly string[]) =>
  run(['fleet', '--kubeconfig', kubeconfig, '--contexts', contexts, ...more]);

const promote = (from: string, to: string, ...more: readonly string[]) =>
  run([
    'promote',
    '--kubeconfig',
    kubeconfig,
    '--contexts',
    names.join(','),
    '--from',
    from,
    '--to',
    to,
    '-f',
    file,
    ...more,
  ]);

describe('fleet', () => {
  test('shows every cluster in the order of the contexts', async () => {
    const { code, out, err } = await fleet(names.join(','));
    assert.deepEqual([code, err], [0, '']);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    assert.deepEqual(rows[1], [
      'test',
      'default',
      'ingress',
      'test',
      'Exec',
      'Exec',
      '100%',
      'InSync',
      '2026-01-15T00:00:00Z',
      'yes',
      'True',
    ]);
    assert.deepEqual(
      rows.slice(1).map(([cluster]) => cluster),
      names,
    );
  });

  test('names a cluster that does not answer, and shows the others', async () => {
    const { code, out, err } = await fleet('gone,production', '-o', 'json');
    assert.equal(code, 1);
    assert.match(err, /^gone: .+/);
    const { fleets, unseen } = JSON.parse(out) as { fleets: { cluster: string }[]; unseen: { cluster: string }[] };
    assert.deepEqual(
      [fleets.map(({ cluster }) => cluster), unseen.map(({ cluster }) => cluster)],
      [['production'], ['gone']],
    );
  });

  test('says so when it saw none', async () => {
    const { code, err } = await fleet('gone,unknown');
    assert.equal(code, 2);
    assert.match(err, /^gone: .+\nunknown: .+/);
  });
});

describe('promote', () => {
  const line = '    - { name: production-low, mode: "Pre" }';

  test('edits the one field, and gives the message of the commit', async () => {
    const { code, out, err } = await promote('test', 'production-low');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^Promote ingress from test to production-low: mode Pre -> Exec\n\nTier test is Promotable in /);
    assert.equal(readFileSync(file, 'utf8'), manifest.replace(line, line.replace('Pre', 'Exec')));
  });

  test('leaves the file alone when the tier is not Promotable, and says why', async () => {
    const { code, out, err } = await promote('production-low', 'production');
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^production-low: default\/ingress is not Promotable: bakes until 2026-01-15\n/);
    assert.equal(readFileSync(file, 'utf8'), manifest);
  });

  test('says in the message that it was forced', async () => {
    const { code, out } = await promote('production-low', 'production', '--force');
    assert.equal(code, 0);
    assert.match(
      out,
      /mode False -> Pre\n\nFORCED: tier production-low is not Promotable\.\n- production-low: default\/ingress/,
    );
    assert.match(readFileSync(file, 'utf8'), /name: production, {5}mode: "Pre" }/);
  });

  test('takes a cluster that does not answer for an objection', async () => {
    const { code, err } = await promote('test', 'production-low', '--contexts', 'test,gone');
    assert.equal(code, 1);
    assert.match(err, /^gone: /);
  });
});
