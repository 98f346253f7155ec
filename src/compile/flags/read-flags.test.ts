import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readFlags } from './read-flags.ts';
import type { ReadFlags } from './read-flags.ts';

function read(args: readonly string[], file = ''): ReadFlags {
  return readFlags(args, () => file);
}

describe('flags are read as Go reads them', () => {
  const spellings: readonly (readonly string[])[] = [
    ['-address=:1'],
    ['--address=:1'],
    ['-address', ':1'],
    ['--address', ':1'],
  ];
  for (const args of spellings) {
    test(args.join(' '), () => {
      const { values, problems } = read(args);
      assert.deepEqual([values.text('address'), problems], [':1', []]);
    });
  }

  test('a boolean needs no value, and may have one', () => {
    const { values } = read(['-kubernetes', '-kubernetes-healthcheck=false', '-kubernetes-https-redirect=F']);
    assert.deepEqual(
      ['kubernetes', 'kubernetes-healthcheck', 'kubernetes-https-redirect'].map((name) => values.isSet(name, true)),
      [true, false, false],
    );
  });

  test('the last one counts, except where each adds a value', () => {
    const { values } = read(['-address=:1', '-address=:2', '-edit-route=/a/b/', '-edit-route=/c/d/']);
    assert.equal(values.text('address'), ':2');
    assert.deepEqual(values.all('edit-route'), ['/a/b/', '/c/d/']);
  });

  test('lists, numbers and durations', () => {
    const { values } = read([
      '-kubernetes-east-west-range-domains=a,b',
      '-source-poll-timeout=1_500',
      '-wait-for-healthcheck-interval=1m30s',
    ]);
    assert.deepEqual(values.list('kubernetes-east-west-range-domains'), ['a', 'b']);
    assert.equal(values.integer('source-poll-timeout', 0), 1_500);
    assert.equal(values.durationMs('wait-for-healthcheck-interval', 0), 90_000);
  });

  test('what was not given has its default', () => {
    const { values } = read([]);
    assert.deepEqual(
      [
        values.text('a', 'x'),
        values.isSet('a', true),
        values.integer('a', 7),
        values.durationMs('a', 8),
        values.list('a'),
        values.all('a'),
      ],
      ['x', true, 7, 8, [], []],
    );
  });
});

describe('the program does not start with', () => {
  const cases: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'a flag that nobody knows': [['-publish-intervall=1s'], /^-publish-intervall: is not a flag/],
    'a flag of Skipper that it does not support': [
      ['-kubernetes-enable-tls'],
      /^-kubernetes-enable-tls: .*does not support/,
    ],
    "a flag for Skipper's proxy, and says so": [
      ['-normalize-host'],
      /: it is for Skipper's proxy alone; leave it with/,
    ],
    'a flag on which the original does act, and says why': [
      ['-route-server-filters=status(200)'],
      /: no filters run on requests for the table; say with -enable-mtls/,
    ],
    'a word that is no flag': [['-kubernetes', 'now'], /^-now: is no flag/],
    'a program before its flags': [['run.sh', '-kubernetes'], /^run\.sh: is no flag/],
    'a value of the wrong type': [['-source-poll-timeout=3s'], /^-source-poll-timeout: .*no int/],
    'a flag without its value': [['-address'], /^-address: needs a value/],
    'an own flag with a bad value': [
      ['-publish-interval=fast'],
      /^-publish-interval: expected a duration above zero.*"fast"/,
    ],
    'an own flag of no time at all': [['-relist-interval=0s'], /^-relist-interval: expected a duration above zero/],
    'a source that does not exist': [['-source', 'push'], /^-source: expected watch or poll/],
  };
  for (const [what, [args, message]] of Object.entries(cases)) {
    test(what, () => {
      const { problems } = read(args);
      assert.equal(problems.length, 1, problems.join('\n'));
      assert.match(problems[0] ?? '', message);
    });
  }

  test('several mistakes names them all', () => {
    assert.equal(read(['-nope', '-enable-profile', '-source=x']).problems.length, 3);
  });
});

test('our own flags stand among Skipper’s, in any spelling', () => {
  const { values, problems } = read(['-kubernetes', '-publish-interval', '2s', '--source=poll', '-address=:1']);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    [values.durationMs('publish-interval', 0), values.text('source'), values.text('address')],
    [2_000, 'poll', ':1'],
  );
});

describe('a config file', () => {
  const file = `
kubernetes: true
address: ":1"
source-poll-timeout: 500
edit-route: [ /a/b/, /c/d/ ]
kubernetes-east-west-range-domains: [ a, b ]
kubernetes-allowed-external-names: { any: [ x.*, y.* ] }
publish-interval: 2s
something-else: 1
`;

  test('gives what the command line would', () => {
    const { values, problems } = read(['-config-file=f'], file);
    assert.deepEqual(problems, []);
    assert.equal(values.isSet('kubernetes'), true);
    assert.equal(values.integer('source-poll-timeout', 0), 500);
    assert.deepEqual(values.all('edit-route'), ['/a/b/', '/c/d/']);
    assert.deepEqual(values.list('kubernetes-east-west-range-domains'), ['a', 'b']);
    assert.deepEqual(values.all('kubernetes-allowed-external-name'), ['x.*', 'y.*']);
    assert.equal(values.durationMs('publish-interval', 0), 2_000);
  });

  test('is beaten by the command line', () => {
    const { values } = read(['-config-file=f', '-address=:2', '-kubernetes=false'], file);
    assert.deepEqual([values.text('address'), values.isSet('kubernetes', true)], [':2', false]);
    const lists = read(['-config-file=f', '-kubernetes-east-west-range-domains=c'], file);
    assert.deepEqual(lists.values.list('kubernetes-east-west-range-domains'), ['c']);
  });

  describe('and the command line add up as in Skipper, which reads the command line before and after the file', () => {
    const cases: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
      'an edit is made before and after those of the file': [
        'edit-route',
        'edit-route: /a/b/',
        ['/x/y/', '/a/b/', '/x/y/'],
      ],
      'a clone that is not in the file is made twice': ['clone-route', 'other: 1', ['/x/y/', '/x/y/']],
      'default filters follow those of the file': [
        'default-filters-append',
        'default-filters-append: [a()]',
        ['a()', '/x/y/'],
      ],
      'default filters that are not in the file are there twice': ['default-filters-append', '', ['/x/y/', '/x/y/']],
      'rules follow those of the file': [
        'kubernetes-annotation-predicates',
        'kubernetes-annotation-predicates: [a=b=C()]',
        ['a=b=C()', '/x/y/'],
      ],
      // Skipper does not start: it takes the second one for a duplicate.
      'rules that are not in the file are there once': ['kubernetes-annotation-predicates', '', ['/x/y/']],
    };
    for (const [what, [name, text, want]] of Object.entries(cases)) {
      test(what, () => {
        assert.deepEqual(read(['-config-file=f', `-${name}=/x/y/`], text).values.all(name), want);
      });
    }
  });

  describe('has values as the YAML of Skipper has them', () => {
    const cases: Readonly<Record<string, readonly [string, string, string]>> = {
      'a boolean of YAML 1.1': ['kubernetes-healthcheck: no', 'kubernetes-healthcheck', 'false'],
      'a number where a text belongs': ['kubernetes-namespace: 5', 'kubernetes-namespace', '5'],
      'the last of two equal keys': ['address: ":1"\naddress: ":2"', 'address', ':2'],
      'a duration': ['wait-for-healthcheck-interval: 3s', 'wait-for-healthcheck-interval', '3s'],
      'nothing, as if the key were not there': ['kubernetes-namespace:', 'kubernetes-namespace', ''],
      'default filters in a text': ['default-filters-append: a()', 'default-filters-append', 'a()'],
    };
    for (const [what, [text, name, want]] of Object.entries(cases)) {
      test(what, () => {
        const { values, problems } = read(['-config-file=f'], text);
        assert.deepEqual([values.text(name), problems], [want, []]);
      });
    }
  });

  test('words and numbers are those of YAML 1.1, and in a field for text stands what is written', () => {
    const text = 'kubernetes: Yes\naddress: 0777\nsource-poll-timeout: 0x10\nkubernetes-namespace: on\n';
    const { values, problems } = read(['-config-file=f'], text);
    assert.deepEqual(problems, []);
    assert.equal(values.isSet('kubernetes', false), true);
    assert.deepEqual([values.text('address'), values.text('kubernetes-namespace')], ['0777', 'on']);
    assert.equal(values.integer('source-poll-timeout', 0), 16);
  });

  test('may have keys that are no flags, as in Skipper; they are told', () => {
    assert.deepEqual(read(['-config-file=f'], file).ignoredKeys, ['something-else']);
  });

  const broken: Readonly<Record<string, readonly [string, RegExp]>> = {
    'is no YAML': ['a: [', /^f: /],
    'is no map': ['- a', /^f: expected a map of flags/],
    'has a word where a list belongs': ['kubernetes-east-west-range-domains: a,b', /expected a list of strings/],
    'has a list where a word belongs': ['address: [ ":1", ":2" ]', /^f: address: expected a string/],
    'has a boolean in quotes': ['kubernetes: "true"', /^f: kubernetes: expected a bool/],
    'has a number in quotes': ['source-poll-timeout: "500"', /^f: source-poll-timeout: expected a int/],
    'has a duration without a unit': ['wait-for-healthcheck-interval: 3', /expected a duration/],
    'has an unsupported flag': ['kubernetes-enable-tls: true', /^-kubernetes-enable-tls: .*does not support/],
    'has a value that a flag of ours cannot have': [
      'max-shrink-percent: 200',
      /^f: max-shrink-percent: expected a whole number from 0 to 99, found "200"$/,
    ],
    'asks for more threads than there may be': [
      'serving-threads: 17',
      /^f: serving-threads: expected a whole number from 0 to 16, found "17"$/,
    ],
  };
  for (const [what, [text, message]] of Object.entries(broken)) {
    test(`that ${what} is refused`, () => {
      assert.match(read(['-config-file=f'], text).problems.join('\n'), message);
    });
  }

  test('that cannot be read is refused with the reason', () => {
    const { problems } = readFlags(['-config-file=/none'], () => {
      throw new Error('ENOENT: no such file');
    });
    assert.deepEqual(problems, ['-config-file: cannot be read: ENOENT: no such file']);
  });
});

describe('the environment', () => {
  const env = { ROUTESRV_PEER_URLS: 'http://a/routes', ROUTESRV_SOURCE: 'poll', ROUTESRV_SERVICE_HOST: '10.0.0.1' };

  test('gives flags of ours, and nothing else', () => {
    const { values, problems } = readFlags([], () => '', env);
    assert.deepEqual(problems, []);
    assert.deepEqual([values.text('peer-urls'), values.text('source')], ['http://a/routes', 'poll']);
  });

  test('is beaten by the file and the command line', () => {
    const { values } = readFlags(['-config-file=f', '-source=watch'], () => 'peer-urls: http://b/routes', env);
    assert.deepEqual([values.text('peer-urls'), values.text('source')], ['http://b/routes', 'watch']);
  });

  test('is checked as the command line is', () => {
    const { problems } = readFlags([], () => '', { ROUTESRV_MAX_SHRINK_PERCENT: 'half' });
    assert.deepEqual(problems, ['-max-shrink-percent: expected a whole number from 0 to 99, found "half"']);
  });
});
