import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../../test/support/properties.ts';
import { findSkipperFlag, parseFlagArgs, parseGoDuration, skipperFlags } from './skipper-flags.ts';
import type { SkipperFlag } from './skipper-flags.ts';

const names = (keep: (flag: SkipperFlag) => boolean): string[] => skipperFlags.filter(keep).map(({ name }) => name);

suite("the table of Skipper's flags", () => {
  test('has every flag of v0.27.65, each once', () => {
    // config.go of v0.27.65 defines 283 flags.
    assert.equal(skipperFlags.length, 283);
    assert.equal(new Set(skipperFlags.map(({ name }) => name)).size, 283);
  });

  test('moves every Kubernetes flag but the one that needs the data client to stay', () => {
    const staying = names(({ name, side }) => name.includes('kubernetes') && side !== 'dataClient');
    assert.deepEqual(staying, ['kubernetes-enable-tls']);
  });

  test('moves nothing else but what shapes the compiled routes', () => {
    assert.deepEqual(names(({ name, side }) => side === 'dataClient' && !name.includes('kubernetes')).sort(), [
      'clone-route',
      'default-filters-append',
      'default-filters-dir',
      'default-filters-prepend',
      'edit-route',
      'reverse-source-predicate',
      'whitelisted-healthcheck-cidr',
    ]);
  });

  test('gives both sides what both act on', () => {
    assert.deepEqual(names(({ side }) => side === 'both').sort(), [
      'enable-oauth2-grant-flow',
      'enable-swarm',
      'forward-backend-url',
      'forwarded-headers',
      'forwarded-headers-exclude-cidrs',
      'oauth2-callback-path',
      'route-creation-metrics',
      'source-poll-timeout',
    ]);
  });

  test('refuses in the route server, of the flags that move, only the one that writes to Ingress objects', () => {
    const refused = names(
      ({ side, routeServer }) => ['dataClient', 'both'].includes(side) && routeServer === 'unsupported',
    );
    assert.deepEqual(refused, ['kubernetes-status-from-service']);
  });

  test('knows which flags count each time they are given', () => {
    for (const name of ['edit-route', 'default-filters-append', 'kubernetes-allowed-external-name', 'breaker']) {
      assert.equal(findSkipperFlag(name)?.repeatable, true, name);
    }
    assert.equal(findSkipperFlag('routes-urls')?.repeatable, false);
  });

  test('names the key in the config file where it is another', () => {
    assert.equal(findSkipperFlag('kubernetes-allowed-external-name')?.configKey, 'kubernetes-allowed-external-names');
    assert.equal(findSkipperFlag('kubernetes')?.configKey, 'kubernetes');
    assert.equal(findSkipperFlag('config-file')?.configKey, undefined);
  });
});

interface ArgsCase {
  readonly args: readonly string[];
  readonly words?: readonly string[];
  readonly flags?: readonly (readonly [name: string, value: string])[];
  readonly rest?: readonly string[];
  readonly problems?: readonly string[];
}

const argsCases: Record<string, ArgsCase> = {
  'reads one dash and two alike': {
    args: ['-kubernetes', '--kubernetes-in-cluster'],
    flags: [
      ['kubernetes', 'true'],
      ['kubernetes-in-cluster', 'true'],
    ],
  },
  'takes the next word as the value of a flag that is not boolean': {
    args: ['-address', ':9999', '-kubernetes'],
    flags: [
      ['address', ':9999'],
      ['kubernetes', 'true'],
    ],
  },
  'takes the next word as the value even when it begins with a dash': {
    args: ['-edit-route', '-a-b-'],
    flags: [['edit-route', '-a-b-']],
  },
  'never takes the next word as the value of a boolean': {
    args: ['-kubernetes', 'false'],
    flags: [['kubernetes', 'true']],
    rest: ['false'],
    problems: ['false'],
  },
  'keeps everything after the first equals sign': {
    args: ['-default-filters-append=a("x=y") -> b(1)'],
    flags: [['default-filters-append', 'a("x=y") -> b(1)']],
  },
  'keeps a value of several lines': {
    args: ['-inline-routes=a: * -> <shunt>;\nb: * -> <shunt>;'],
    flags: [['inline-routes', 'a: * -> <shunt>;\nb: * -> <shunt>;']],
  },
  'keeps an empty value': { args: ['-kubernetes-namespace='], flags: [['kubernetes-namespace', '']] },
  'keeps repeated flags in their order': {
    args: ['-edit-route=/a/b/', '-kubernetes', '-edit-route=/c/d/'],
    flags: [
      ['edit-route', '/a/b/'],
      ['kubernetes', 'true'],
      ['edit-route', '/c/d/'],
    ],
  },
  "takes the words before the first flag for the program's": {
    args: ['run.sh', 'skipper', '-kubernetes'],
    words: ['run.sh', 'skipper'],
    flags: [['kubernetes', 'true']],
  },
  'stops at a double dash': {
    args: ['-kubernetes', '--', '-address=:1'],
    flags: [['kubernetes', 'true']],
    rest: ['--', '-address=:1'],
    problems: ['-address=:1'],
  },
  'accepts a double dash with nothing behind it': { args: ['--'], rest: ['--'] },
  'takes a lone dash for a word, as Go does': {
    args: ['-kubernetes', '-'],
    flags: [['kubernetes', 'true']],
    rest: ['-'],
    problems: ['-'],
  },
  'takes a variable for a value of any type': {
    args: ['-kubernetes-https-redirect-code=$(CODE)', '-kubernetes=$(ON)'],
    flags: [
      ['kubernetes-https-redirect-code', '$(CODE)'],
      ['kubernetes', '$(ON)'],
    ],
  },
  'names a flag that Skipper does not have, and goes on behind it': {
    args: ['-kubernets', '-address=:1'],
    flags: [
      ['kubernets', ''],
      ['address', ':1'],
    ],
    problems: ['kubernets'],
  },
  'names a boolean that is neither true nor false': {
    args: ['-kubernetes=yes'],
    flags: [['kubernetes', 'yes']],
    problems: ['kubernetes'],
  },
  'names a duration without a unit': {
    args: ['-wait-for-healthcheck-interval=5'],
    flags: [['wait-for-healthcheck-interval', '5']],
    problems: ['wait-for-healthcheck-interval'],
  },
  'names a number that is none': {
    args: ['-kubernetes-redis-service-port=http'],
    flags: [['kubernetes-redis-service-port', 'http']],
    problems: ['kubernetes-redis-service-port'],
  },
  'names a flag whose value is missing': { args: ['-address'], flags: [['address', '']], problems: ['address'] },
  'names three dashes': { args: ['---kubernetes'], flags: [['---kubernetes', '']], problems: ['---kubernetes'] },
  'has nothing to say about no args': { args: [] },
};

suite('reading args', () => {
  for (const [name, { args, words = [], flags = [], rest = [], problems = [] }] of Object.entries(argsCases)) {
    test(name, () => {
      const parsed = parseFlagArgs(args);
      assert.deepEqual(
        {
          words: parsed.programWords,
          flags: parsed.flags.map((flag) => [flag.name, flag.value]),
          rest: parsed.rest,
          problems: parsed.problems.map(({ flag }) => flag),
        },
        { words, flags, rest, problems },
      );
    });
  }

  test('gives every arg back, unchanged and in order', () => {
    const word = fc.oneof(
      fc.constantFrom('-', '--', '---', '-=', 'skipper', '-kubernetes', '-edit-route', '--address', '-nope', '$(X)'),
      fc.constantFrom(...skipperFlags).map(({ name }) => `-${name}=a b\n=c`),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word), (args) => {
        const { programWords, flags, rest } = parseFlagArgs(args);
        assert.deepEqual([...programWords, ...flags.flatMap(({ raw }) => raw), ...rest], args);
      }),
    );
  });
});

suite('reading a Go duration', () => {
  const cases: readonly (readonly [text: string, ms: number | undefined])[] = [
    ['5s', 5000],
    ['1h15m30.5s', 4_530_500],
    ['.5m', 30_000],
    ['-20ms', -20],
    ['+1us', 0.001],
    ['0', 0],
    ['5', undefined],
    ['', undefined],
    ['5 s', undefined],
    ['5d', undefined],
    ['s', undefined],
  ];
  for (const [text, ms] of cases) {
    test(`takes "${text}" for ${ms === undefined ? 'none' : `${ms} ms`}`, () => {
      assert.equal(parseGoDuration(text), ms);
    });
  }
});
