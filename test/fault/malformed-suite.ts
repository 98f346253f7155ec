/**
 * Gets a cluster; defines the tests that nothing in its objects stops the routes of others, and that each mistake is a
 * problem that is told.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as fc from '../support/properties.ts';
import { BadRoad } from './bad-road.ts';
import type { FaultCluster, FaultKind } from './fault-cluster.ts';
import { bomb, borne, told } from './malformed-objects.ts';
import type { OddObject } from './malformed-objects.ts';
import { Neighbour } from './neighbour.ts';
import { randomFrom, seedOf } from './random.ts';

const seed = seedOf(42);

export interface MalformedOptions {
  readonly open: () => Promise<FaultCluster>;
  /** Objects by name that this cluster does not let in. All others it must take. */
  readonly refused?: readonly string[];
  /** Of which kinds random objects are, and how many. */
  readonly random: { readonly kinds: readonly [FaultKind, ...FaultKind[]]; readonly runs: number };
}

const fields = fc.constantFrom(
  ...['rules', 'host', 'http', 'paths', 'path', 'pathType', 'backend', 'service', 'name', 'port', 'number'],
  ...['defaultBackend', 'hosts', 'backends', 'type', 'defaultBackends', 'backendName', 'weight', 'routes', 'filters'],
  ...['predicates', 'methods', 'ports', 'endpoints', 'addresses', 'conditions', 'externalName', '__proto__', 'length'],
);

/** A value of any type, with words that mean something to the compiler strewn in. */
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom(null, true, 0, -1, 1e300, '', '/', '*', '\u0000', 'service', 'shunt', 'Prefix', bomb),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fields, tie('value'), { maxKeys: 5 }),
  ),
}));

/** Defines the tests. */
export function testMalformed({ open, refused = [], random }: MalformedOptions): void {
  let road: BadRoad;
  let neighbour: Neighbour;

  before(async () => {
    road = await BadRoad.open(randomFrom(seed), 'watch', await open());
    neighbour = new Neighbour(road, seed);
    await neighbour.moveIn();
    await road.start();
    await neighbour.nextChangeIsServed('the start');
  });

  after(() => road.close());

  describe('is a problem that is counted and logged with its object, and goes with it:', () => {
    for (const [what, [kind, object]] of takenOf(told, refused)) {
      test(what, async () => {
        const earlier = await neighbour.problems();
        const name = `bad-${what.replaceAll(/[^a-z]+/gi, '-').toLowerCase()}`;
        await road.putRaw(kind, name, object);
        await neighbour.nextChangeIsServed(what);
        assert.ok((await neighbour.problems()) > earlier, 'it is counted');
        const lines = road.logged.filter((line) => line.includes(`default/${name}`));
        assert.ok(lines.length > 0, 'it is logged');
        assert.ok(
          lines.every((line) => line.length < 100_000),
          'and not with all that it holds',
        );
        await road.putRaw(kind, name, undefined);
        await neighbour.nextChangeIsServed(`the end of ${what}`);
        assert.equal(await neighbour.problems(), earlier);
      });
    }
  });

  describe('is borne:', () => {
    for (const [what, [kind, object]] of takenOf(borne, refused)) {
      test(what, async () => {
        await road.putRaw(kind, 'odd', object);
        await neighbour.nextChangeIsServed(what);
        await road.putRaw(kind, 'odd', undefined);
        await neighbour.nextChangeIsServed(`the end of ${what}`);
      });
    }
  });

  describe('is not let into the cluster in the first place:', () => {
    for (const what of refused) {
      test(what, async () => {
        const [kind, object] = told[what] ?? borne[what] ?? assert.fail(`there is no ${what}`);
        await assert.rejects(road.putRaw(kind, 'refused', object));
        await neighbour.nextChangeIsServed(what);
      });
    }
  });

  test('objects with anything at all in them never stop the others', async (t) => {
    t.diagnostic(`FAULT_SEED=${seed}`);
    const objects = fc.record({
      spec: anything.value,
      endpoints: anything.value,
      ports: anything.value,
      metadata: fc.record({ annotations: anything.value, labels: anything.value }),
    });
    const all = fc.sample(fc.tuple(fc.constantFrom(...random.kinds), objects), { numRuns: random.runs, seed });
    let taken = 0;
    for (const [at, [kind, object]] of all.entries()) {
      const { spec, endpoints, ports } = object;
      // A real API server knows what labels and annotations are.
      const given = refused.length === 0 ? object : { spec, endpoints, ports };
      await road.putRaw(kind, `odd-${at % 7}`, given).then(
        () => taken++,
        (error: unknown) => {
          if (refused.length === 0) throw error;
        },
      );
      if (at % 10 === 9) await neighbour.nextChangeIsServed(`object ${at}`);
    }
    assert.ok(taken > all.length / 4, `only ${taken} of ${all.length} objects came into the cluster`);
    assert.ok(!road.logged.some((line) => line.includes('the table could not be made')));
  });
}

function takenOf(objects: Readonly<Record<string, OddObject>>, refused: readonly string[]) {
  return Object.entries(objects).filter(([what]) => !refused.includes(what));
}
