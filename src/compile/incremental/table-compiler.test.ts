import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { compileGoRegexp, parseFilters, printRoute, type RouteEdit } from '../../eskip/index.ts';
import { anIngress, aRouteGroup, aService } from '../../../test/harness/fixtures/builders.ts';
import { loadState, readManifests, type Manifest } from '../../../test/harness/fixtures/manifests.ts';
import { compareText, type ClusterState } from '../cluster.ts';
import { compile } from '../compile.ts';
import { defaultCompileOptions, type CompileOptions } from '../options.ts';
import type { Problem } from '../problem.ts';
import type { ObjectChange, ObjectKind } from './cluster-objects.ts';
import type { PrintedRoutes } from './piece.ts';
import { TableCompiler, type TableChange } from './table-compiler.ts';

const kinds = ['ingresses', 'routeGroups', 'services', 'endpoints', 'endpointSlices', 'secrets'] as const;

function runToEnd(compiler: TableCompiler): { readonly change: TableChange; readonly steps: number } {
  const run = compiler.run();
  for (let steps = 0; ; steps++) {
    const { done, value } = run.next();
    if (done === true) return { change: value, steps };
  }
}

function objectsOf(state: ClusterState): readonly ObjectChange[] {
  return kinds.flatMap((kind) =>
    state[kind].map((object) => {
      const { namespace, name } = 'metadata' in object ? object.metadata : object;
      return { kind, key: `${namespace}/${name}`, object } as ObjectChange;
    }),
  );
}

/** A table made of changes, beside the cluster that they make. */
class Follower {
  readonly compiler: TableCompiler;
  readonly #options: CompileOptions;
  readonly #lines = new Map<string, PrintedRoutes>();
  readonly #cluster = new Map<string, ObjectChange>();

  constructor(options: CompileOptions) {
    this.#options = options;
    this.compiler = new TableCompiler(options);
  }

  take(changes: readonly ObjectChange[]): void {
    this.compiler.change(changes);
    for (const change of changes) this.#cluster.set(`${change.kind} ${change.key}`, change);
  }

  run(): TableChange {
    return this.#keep(runToEnd(this.compiler).change);
  }

  /** Goes so many steps, or to the end if that comes first; then leaves the run there, or closes it. */
  runSome(steps: number, isClosed: boolean): void {
    const run = this.compiler.run();
    for (let step = 0; step < steps; step++) {
      const { done, value } = run.next();
      if (done === true) {
        this.#keep(value);
        return;
      }
    }
    if (isClosed) run.return({ lines: new Map(), problems: [] });
  }

  #keep(change: TableChange): TableChange {
    for (const line of change.all ?? []) this.#lines.set(line.id, line);
    for (const [id, lines] of change.lines) {
      if (lines === undefined) this.#lines.delete(id);
      else this.#lines.set(id, lines);
    }
    return change;
  }

  get text(): string {
    const sorted = [...this.#lines].sort(([a], [b]) => compareText(a, b));
    return sorted.map(([, { text }]) => text).join('\n');
  }

  /** What a compiler without a past makes of the same cluster. */
  fresh(defaultFilters = this.#options.defaultFilters): {
    readonly text: string;
    readonly problems: readonly Problem[];
  } {
    const objects = [...this.#cluster.values()];
    const of = (kind: ObjectKind) =>
      objects.flatMap((change) => (change.kind === kind && change.object !== undefined ? [change.object] : []));
    const state = Object.fromEntries(kinds.map((kind) => [kind, of(kind)])) as unknown as ClusterState;
    const { routes, problems } = compile(state, { ...this.#options, defaultFilters });
    return { text: routes.map((route) => printRoute(route)).join('\n'), problems };
  }
}

function toldOf(problems: readonly Problem[]): readonly string[] {
  return problems.map((problem) => JSON.stringify(problem)).toSorted();
}

function assertFresh(follower: Follower, change: TableChange): void {
  const fresh = follower.fresh();
  assert.equal(follower.text, fresh.text);
  assert.deepEqual(toldOf(change.problems), toldOf(fresh.problems));
}

const hosts = ['a.org', 'b.org', 'in.cluster.test', ''];
const annotations: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'zalando.org/skipper-ingress-redirect': 'true' },
  { 'zalando.org/skipper-ingress-redirect': 'false' },
  { 'zalando.org/skipper-filter': 'status(' },
  { 'zalando.org/skipper-routes': 'own: Method("GET") -> <shunt>' },
  { 'kubernetes.io/ingress.class': 'other' },
];
const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'];
/** Ids have `_` for both: the two want the same routes. */
const names = ['x', 'x-y', 'x.y'];
const services = ['cart', 'stock'];

/** Makes changes of manifests; one whose `isThere` is false takes the objects away. */
function changesOf(yaml: string, isThere: boolean): readonly ObjectChange[] {
  const manifests: readonly Manifest[] = readManifests(yaml);
  return objectsOf(loadState(manifests).state).map((change) => (isThere ? change : { ...change, object: undefined }));
}

const service = fc.constantFrom(...services);
const aChange: fc.Arbitrary<readonly ObjectChange[]> = fc
  .oneof(
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...hosts), service, fc.constantFrom(...annotations))
      .map(([name, host, to, notes]) => anIngress(name, host, to, notes)),
    fc.constantFrom(...names).map((name) =>
      JSON.stringify({
        kind: 'Ingress',
        metadata: { name, namespace: 'shop' },
        spec: { defaultBackend: { service: { name: 'cart', port: { number: 80 } } } },
      }),
    ),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...hosts.slice(0, 3)), service)
      .map(([name, host, to]) => aRouteGroup(name, host, to)),
    fc.tuple(service, fc.subarray(ips)).map(([name, ready]) => aService(name, ...ready)),
  )
  .chain((yaml) => fc.integer({ min: 0, max: 3 }).map((dice) => changesOf(yaml, dice > 0)));

function edit(pattern: string, replacement: string): RouteEdit {
  const compiled = compileGoRegexp(pattern);
  assert.ok(compiled.ok);
  return { pattern: compiled.regexp, replacement };
}

function filters(text: string) {
  const parsed = parseFilters(text);
  assert.ok(parsed.ok);
  return parsed.filters;
}

const eastWest = {
  ...defaultCompileOptions.eastWest,
  enabled: true,
  domain: 'ew.test',
  rangeDomains: ['cluster.test'],
};
const healthcheck = { ...defaultCompileOptions.healthcheck, enabled: true };
const variants: Readonly<Record<string, CompileOptions>> = {
  'with the defaults': defaultCompileOptions,
  'with everything that adds routes': {
    ...defaultCompileOptions,
    ...{ eastWest, healthcheck, httpsRedirect: true, endpointSlices: true, oauth2CallbackPath: '/callback' },
  },
  'with flags that change every route': {
    ...defaultCompileOptions,
    oauth2CallbackPath: '/callback',
    defaultFilterFlags: { prepend: filters('a()'), append: filters('b()') },
    editRoutes: [edit('b\\(\\)', 'c()'), edit('Host\\(.*a.*\\)', '&&')],
    cloneRoutes: [edit('a\\(\\)', 'd()'), edit('c\\(\\)', 'e()')],
  },
};

suite('after any changes the table and its problems are those of a fresh compilation', () => {
  for (const [what, options] of Object.entries(variants)) {
    test(what, () => {
      const batches = fc.array(fc.array(aChange, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(batches, (history) => {
          const follower = new Follower(options);
          for (const batch of history) {
            follower.take(batch.flat());
            assertFresh(follower, follower.run());
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  test('when a run is broken off and the next one is run to its end', () => {
    fc.assert(
      fc.property(
        fc.array(aChange, { minLength: 2, maxLength: 8 }),
        fc.nat(4),
        fc.boolean(),
        (history, steps, isClosed) => {
          const follower = new Follower(defaultCompileOptions);
          follower.take(history.slice(0, -1).flat());
          follower.runSome(steps, isClosed);
          follower.take(history.slice(-1).flat());
          assertFresh(follower, follower.run());
        },
      ),
    );
  });
});

const shop = [
  aService('cart', '10.0.0.1'),
  aService('stock', '10.0.1.1'),
  ...['a', 'b', 'c'].map((name) => anIngress(name, `${name}.org`, 'cart')),
  anIngress('d', 'd.org', 'stock'),
].join('\n---\n');

suite('the work of a change', () => {
  function following(options = defaultCompileOptions): Follower {
    const follower = new Follower(options);
    follower.take(changesOf(shop, true));
    follower.run();
    return follower;
  }

  test('is that of the objects that read what changed', () => {
    const follower = following();
    follower.take(changesOf(aService('stock', '10.0.1.1', '10.0.1.2'), true));
    const { change, steps } = runToEnd(follower.compiler);
    assert.deepEqual([...change.lines.keys()], ['kube_shop__d__d_org_____stock']);
    // One step for the Ingress, one for the catch-all route of its host.
    assert.equal(steps, 2);
  });

  test('is nothing when nobody reads it', () => {
    const follower = following();
    follower.take(changesOf(aService('other', '10.0.2.1'), true));
    assert.deepEqual(runToEnd(follower.compiler).steps, 0);
  });

  test('shows no line when the routes stay as they are', () => {
    const follower = following();
    follower.take(changesOf(aService('stock', '10.0.1.1'), true));
    assert.equal(runToEnd(follower.compiler).change.lines.size, 0);
  });

  test('gives the same list of problems while there are the same problems', () => {
    const follower = following();
    follower.take(changesOf(anIngress('bad', 'bad.org', 'nobody'), true));
    const first = runToEnd(follower.compiler).change.problems;
    follower.take(changesOf(anIngress('bad', 'bad.org', 'nobody'), true));
    assert.equal(runToEnd(follower.compiler).change.problems, first);
    assert.equal(first.length, 1);
  });

  test('after new default filters is that of everything', () => {
    const follower = following();
    const files = new Map([['cart.shop', 'status(204)']]);
    follower.compiler.setDefaultFilters(files);
    const change = follower.run();
    assert.equal(follower.text, follower.fresh(files).text);
    assert.equal([...change.lines.values()].filter((lines) => lines?.text.includes('status(204)')).length, 3);
  });
});

test('objects that are not in a whole list of their kind are gone', () => {
  const follower = new Follower(defaultCompileOptions);
  const all = changesOf(shop, true);
  follower.take(all);
  follower.run();
  const left = all.filter(({ key }) => key !== 'shop/d');
  follower.compiler.change(follower.compiler.changesTo(['ingresses'], left));
  assert.deepEqual([...follower.run().lines], [['kube_shop__d__d_org_____stock', undefined]]);
});

test('a Service that comes without a namespace is one of `default`, also when it goes or is listed again', () => {
  const yaml = [aService('cart', '10.0.0.1'), anIngress('a', 'a.org', 'cart')].join('\n---\n');
  // As a server of manifests gives them; what is decoded has the namespace in which it counts.
  const bare = changesOf(yaml.replaceAll('shop', 'default'), true).map((change) => ({
    ...change,
    key: change.key.replace('default/', ''),
  }));
  const follower = new Follower(defaultCompileOptions);
  follower.take(bare);
  assertFresh(follower, follower.run());
  assert.match(follower.text, /10\.0\.0\.1/);
  follower.compiler.change(follower.compiler.changesTo(kinds, bare));
  assertFresh(follower, follower.run());
  follower.take(bare.filter(({ kind }) => kind === 'services').map((change) => ({ ...change, object: undefined })));
  assertFresh(follower, follower.run());
  assert.doesNotMatch(follower.text, /10\.0\.0\.1/);
});
