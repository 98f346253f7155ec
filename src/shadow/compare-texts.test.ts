import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { parseRoutes } from '../eskip/index.ts';
import { compareTables } from './compare.ts';
import { compareTexts } from './compare-texts.ts';
import type { Comparison, DifferenceClass, Evidence, InconclusiveReason, TextComparisonOptions } from './types.ts';

const options: TextComparisonOptions = { tolerate: [], maxSamples: 10 };
const table = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const a = 'a: Path("/a") && Host("a.example.org") -> setPath("/x") -> "http://10.2.0.1:8080";';
const b = 'b: Path("/b") -> <roundRobin, "http://10.2.0.1:80", "http://10.2.0.2:80">;';
const c = 'c: * -> <shunt>;';

function compared(evidence: Evidence): Comparison {
  assert.equal(evidence.outcome, 'compared');
  return evidence.comparison;
}

const compare = (direct: string, routeServer: string, more: Partial<TextComparisonOptions> = {}): Comparison =>
  compared(compareTexts(direct, routeServer, { ...options, ...more }));

const noCounts = { added: 0, removed: 0, changed: 0, rejected: 0, tolerated: 0 };

suite('tables that are in sync', () => {
  const same: Record<string, readonly [direct: string, routeServer: string]> = {
    'are the same text': [table(a, b, c), table(a, b, c)],
    'have their routes in another order': [table(a, b, c), table(c, a, b)],
    'have predicates in another order': [
      table(a),
      table('a: Host("a.example.org") && Path("/a") -> setPath("/x") -> "http://10.2.0.1:8080";'),
    ],
    'write a host as a pattern': [
      table(a),
      table('a: Path("/a") && Host(/a.example.org/) -> setPath("/x") -> "http://10.2.0.1:8080";'),
    ],
    'have endpoints in another order': [
      table(b),
      table('b: Path("/b") -> <roundRobin, "http://10.2.0.2:80", "http://10.2.0.1:80">;'),
    ],
    'are laid out otherwise': [
      table(a, c),
      'a: Path("/a") && Host("a.example.org")\n  -> setPath("/x")\n  -> "http://10.2.0.1:8080";\n\n' + c,
    ],
    'have two routes on a line, one of them as it is on a line of its own': [table(a, c), `${a} ${c}\n`],
    'have a text that looks like a second route': [
      table('a: * -> inlineContent("x; b: y") -> <shunt>;', c),
      table('a: * -> inlineContent("x; b: y") -> <shunt>;', c),
    ],
    'have two routes on a line where they differ': [table(a, c), `${a.replace('&&', ' && ')} ${c}`],
  };
  for (const [name, [direct, routeServer]] of Object.entries(same)) {
    test(name, () => {
      const { counts, samples, differences } = compare(direct, routeServer);
      assert.deepEqual({ counts, samples, differences }, { counts: noCounts, samples: [], differences: [] });
    });
  }
});

test('a route that shares its line with another one is missed for itself', () => {
  const { counts, samples } = compare(`${a} ${c}\n`, table(c));
  assert.deepEqual(counts, { ...noCounts, removed: 1 });
  assert.match(JSON.stringify(samples), /"a"/);
});

interface DifferenceCase {
  readonly direct: string;
  readonly routeServer: string;
  readonly kind: DifferenceClass;
  readonly group: 'added' | 'removed' | 'changed';
  readonly text: string;
}

const differences: Record<string, DifferenceCase> = {
  'a route that is missing': {
    direct: table(a, c),
    routeServer: table(c),
    kind: 'Missing',
    group: 'removed',
    text: "not in the route server's table",
  },
  'a route too many': {
    direct: table(c),
    routeServer: table(a, c),
    kind: 'Extra',
    group: 'added',
    text: "only in the route server's table",
  },
  'another filter': {
    direct: table(a),
    routeServer: table(a.replace('setPath("/x")', 'setPath("/y") -> status(200)')),
    kind: 'Filters',
    group: 'changed',
    text: 'filters: -setPath("/x") +setPath("/y") +status(200)',
  },
  'filters in another order': {
    direct: table('a: * -> x() -> y() -> <shunt>;'),
    routeServer: table('a: * -> y() -> x() -> <shunt>;'),
    kind: 'Filters',
    group: 'changed',
    text: 'filters: the same, in another order or number',
  },
  'another predicate': {
    direct: table(a),
    routeServer: table(a.replace('"/a"', '"/b"')),
    kind: 'Predicates',
    group: 'changed',
    text: 'predicates: -Path("/a") +Path("/b")',
  },
  'other endpoints': {
    direct: table(b),
    routeServer: table(b.replace('10.2.0.2', '10.2.0.3')),
    kind: 'EndpointLag',
    group: 'changed',
    text: 'endpoints: -http://10.2.0.2:80 +http://10.2.0.3:80',
  },
  'a pod that is the only one left': {
    direct: table(b),
    routeServer: table('b: Path("/b") -> "http://10.2.0.1:80";'),
    kind: 'EndpointLag',
    group: 'changed',
    text: 'endpoints: -http://10.2.0.2:80',
  },
  'another algorithm': {
    direct: table(b),
    routeServer: table(b.replace('roundRobin', 'consistentHash')),
    kind: 'Backend',
    group: 'changed',
    text: 'backend: -<roundRobin http://10.2.0.1:80 http://10.2.0.2:80> +<consistentHash http://10.2.0.1:80 http://10.2.0.2:80>',
  },
  'another host name': {
    direct: table('a: * -> "https://one.example.org";'),
    routeServer: table('a: * -> "https://two.example.org";'),
    kind: 'Backend',
    group: 'changed',
    text: 'backend: -https://one.example.org +https://two.example.org',
  },
  'another type of backend': {
    direct: table(b),
    routeServer: table('b: Path("/b") -> <shunt>;'),
    kind: 'Backend',
    group: 'changed',
    text: 'backend: -<roundRobin http://10.2.0.1:80 http://10.2.0.2:80> +<shunt>',
  },
};

suite('tables that differ in', () => {
  for (const [name, { direct, routeServer, kind, group, text }] of Object.entries(differences)) {
    test(name, () => {
      const { counts, samples } = compare(direct, routeServer);
      assert.deepEqual(counts, { ...noCounts, [group]: 1 });
      assert.deepEqual(
        samples.map((sample) => [sample.kind, sample.difference]),
        [[kind, text]],
      );
    });
  }

  test('more routes than are described still have every route counted', () => {
    const many = Array.from({ length: 30 }, (_, at) => `r${at}: * -> <shunt>;`);
    const { counts, samples } = compare(table(c), table(c, ...many));
    assert.equal(counts.added, 30);
    assert.equal(samples.length, 10);
  });
});

suite('a route that Skipper rejects', () => {
  const rejecting = (...ids: readonly string[]): Pick<TextComparisonOptions, 'rejected'> => {
    const listing = JSON.stringify(ids.map((id) => ({ id, error: `unknown_filter of ${id}` })));
    return { rejected: { count: ids.length, listing } };
  };
  const idsOf = ({ samples }: Comparison) => samples.map(({ routeId, kind }) => [routeId, kind]);

  test('is counted by itself, and named, when no Skipper uses it', () => {
    const { counts, differences: keys, samples } = compare(table(a), table(a), rejecting('bad'));
    assert.deepEqual(counts, { ...noCounts, rejected: 1 });
    assert.deepEqual(keys, []);
    assert.deepEqual(samples, [{ routeId: 'bad', kind: 'RejectedBySkipper', difference: 'unknown_filter of bad' }]);
  });

  test('is a difference when the direct Skipper does use it', () => {
    const comparison = compare(table(a, c), table(a), rejecting('c'));
    assert.deepEqual(comparison.counts, { ...noCounts, removed: 1 });
    assert.equal(comparison.differences.length, 1);
    assert.deepEqual(comparison.samples, [
      {
        routeId: 'c',
        kind: 'RejectedBySkipper',
        difference: 'used by the direct Skipper, rejected by the fed one: unknown_filter of c',
      },
    ]);
  });

  test('is named after all that differs', () => {
    const comparison = compare(table(c), table(a, c), { ...rejecting('z', 'bad'), maxSamples: 2 });
    assert.deepEqual(idsOf(comparison), [
      ['a', 'Extra'],
      ['bad', 'RejectedBySkipper'],
    ]);
    assert.deepEqual(comparison.counts, { ...noCounts, added: 1, rejected: 2 });
  });

  test('is none that is in a table, as in the list of a Skipper that knows no such list', () => {
    const { counts, samples } = compare(table(a, c), table(a, c), rejecting('a', 'c'));
    assert.deepEqual({ counts, samples }, { counts: noCounts, samples: [] });
  });

  for (const [name, listing] of Object.entries({
    none: undefined,
    'one that is cut': '[{"id":"bad"}]',
    'no JSON': '[',
  })) {
    test(`is only counted when of the list there is ${name}`, () => {
      const rejected = { count: 3, ...(listing === undefined ? {} : { listing }) };
      const { counts, samples } = compare(table(a), table(a), { rejected });
      assert.deepEqual({ counts, samples }, { counts: { ...noCounts, rejected: 3 }, samples: [] });
    });
  }

  test('is counted as tolerated when a person says so', () => {
    const tolerate = [{ route: '^bad$', class: 'RejectedBySkipper' as const }];
    const { counts, toleratedBy, samples } = compare(table(a), table(a), { ...rejecting('bad', 'worse'), tolerate });
    assert.deepEqual(counts, { ...noCounts, rejected: 1, tolerated: 1 });
    assert.deepEqual(toleratedBy, [{ ...tolerate[0], count: 1 }]);
    assert.equal(samples[0]?.routeId, 'worse');
  });
});

suite('a tolerated difference', () => {
  const [direct, routeServer] = [table(a, b), table(a.replace('"/x"', '"/y"'), b.replace('10.2.0.2', '10.2.0.3'))];

  test('is counted and neither described nor held against anyone', () => {
    const tolerate = [{ route: '^a$', class: 'Filters' as const }, { class: 'EndpointLag' as const }];
    const { counts, samples, differences: keys, toleratedBy } = compare(direct, routeServer, { tolerate });
    assert.deepEqual(toleratedBy, [
      { route: '^a$', class: 'Filters', count: 1 },
      { class: 'EndpointLag', count: 1 },
    ]);
    assert.deepEqual({ counts, samples, keys }, { counts: { ...noCounts, tolerated: 2 }, samples: [], keys: [] });
  });

  test('is of the named class and of a route that matches', () => {
    const tolerate = [{ route: 'a', class: 'Backend' as const }, { route: 'other' }];
    assert.equal(compare(direct, routeServer, { tolerate }).counts.tolerated, 0);
  });

  test('is not one whose pattern cannot be read', () => {
    assert.equal(compare(direct, routeServer, { tolerate: [{ route: '(' }] }).counts.tolerated, 0);
  });
});

suite('tables say nothing about each other when', () => {
  const cases: Record<string, { readonly evidence: Evidence; readonly reason: InconclusiveReason }> = {
    'the direct one is empty': { evidence: compareTexts('', table(a), options), reason: 'NoData' },
    "the route server's is empty": { evidence: compareTexts(table(a), '\n', options), reason: 'NoData' },
    'one was cut inside of a route': {
      evidence: compareTexts(table(a), a.slice(0, 20), options),
      reason: 'Unparsable',
    },
    'one was cut between two routes': {
      evidence: compareTexts(table(a, b), table(a), { ...options, expectedRoutes: { direct: 2, routeServer: 2 } }),
      reason: 'Incomplete',
    },
    'they differ and the direct one was changing': {
      evidence: compareTexts(table(a, b), table(a), { ...options, directAgain: table(a, b, c) }),
      reason: 'ChangedWhileReading',
    },
    'a line that differs is no route': {
      evidence: compareTexts(table(a), table(a.replace('->', '=>')), options),
      reason: 'Unparsable',
    },
  };
  for (const [name, { evidence, reason }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(evidence.outcome === 'inconclusive' ? evidence.reason : evidence.outcome, reason);
    });
  }
});

suite('a change while the tables are read', () => {
  test('is no difference where the direct table has caught up', () => {
    const { differences: keys } = compare(table(a), table(a, c), { directAgain: table(a, c) });
    assert.deepEqual(keys, []);
  });

  test('is no difference where the route has gone from both', () => {
    const { differences: keys } = compare(table(a, c), table(a), { directAgain: table(a) });
    assert.deepEqual(keys, []);
  });
});

suite('a comparison', () => {
  test('is plain data', () => {
    const evidence = compareTexts(table(a, b), table(b, c), options);
    assert.deepEqual(structuredClone(evidence), evidence);
  });

  test('has the same digest for the same routes in any order, and another one for others', () => {
    const { digests } = compare(table(a, b, c), table(c, b, a));
    assert.equal(digests.direct, digests.routeServer);
    assert.notEqual(compare(table(a), table(a, a.replace('a:', 'z:'))).digests.routeServer, digests.direct);
  });

  test('knows a difference again while the endpoints of the same route change', () => {
    const lacking = (port: number) => table(`b: Path("/b") -> "http://10.2.0.1:${port}";`);
    const full = (port: number) => table(`b: Path("/b") -> x() -> "http://10.2.0.1:${port}";`);
    assert.deepEqual(compare(full(1), lacking(1)).differences, compare(full(2), lacking(3)).differences);
  });

  test('takes endpoints that lag anew for another difference', () => {
    const at = (port: number) => table(`b: Path("/b") -> "http://10.2.0.1:${port}";`);
    assert.notDeepEqual(compare(at(1), at(2)).differences, compare(at(2), at(3)).differences);
  });

  test('comes to the same for parsed routes as for their text', () => {
    const line = fc
      .record({
        id: fc.constantFrom('a', 'b', 'c', 'd'),
        path: fc.constantFrom('/', '/x'),
        filters: fc.subarray(['f()', 'g(1)', 'h("x")']),
        backend: fc.constantFrom('<shunt>', '"http://10.2.0.1:80"', '<random, "http://10.2.0.1:80">'),
      })
      .map(({ id, path, filters, backend }) => [`${id}: Path("${path}")`, ...filters, backend].join(' -> ') + ';');
    const lines = fc.uniqueArray(line, { selector: (text) => text.charAt(0), minLength: 1 });
    fc.assert(
      fc.property(lines, lines, (direct, routeServer) => {
        const [left, right] = [parseRoutes(direct.join('')), parseRoutes(routeServer.join(''))];
        assert.ok(left.ok && right.ok);
        const { counts, differences: keys } = compare(table(...direct), table(...routeServer));
        const parsed = compareTables(left.routes, right.routes, options);
        assert.deepEqual({ counts: parsed.counts, keys: parsed.differences }, { counts, keys });
        assert.equal(counts.removed - counts.added, direct.length - routeServer.length);
      }),
    );
  });
});
