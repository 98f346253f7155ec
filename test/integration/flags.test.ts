/** The table of flags against the programs themselves: a flag that a new version brings is noticed here. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { skipperFlags, type SkipperFlag } from '../../src/api/index.ts';
import { readFlags, refusalOf } from '../../src/compile/index.ts';
import { routeServerOptions } from '../../src/routeserver/index.ts';
import { programs } from '../harness/index.ts';
import { run } from '../harness/processes/run.ts';
import { skipperModule } from '../harness/scenario/route-group-crd.ts';

interface HelpLine {
  readonly name: string;
  /** What Go calls the value; `''` for a boolean. */
  readonly word: string;
  /** As it would be given; undefined where Go tells none, which is nothing, false or 0. */
  readonly fallback: string | undefined;
}

const words: Readonly<Partial<Record<SkipperFlag['type'], string>>> = {
  bool: '',
  float: 'float',
  duration: 'duration',
};

/** Go prints `-name word`, then the meaning on lines that begin with a tab. */
function helpLines(help: string): readonly HelpLine[] {
  return help.split(/^(?= {2}-)/m).flatMap((entry) => {
    const [, name = '', word = ''] = /^ {2}-(\S+)(?: (\S+))?(?:\t.*)?$/m.exec(entry) ?? [];
    const [, fallback] = /\(default ([^)]*)\)\s*$/.exec(entry) ?? [];
    return name === '' ? [] : [{ name, word, fallback: fallback?.replace(/^"(.*)"$/, '$1') }];
  });
}

/** Ours differ on purpose: the port that everybody gives to a route server, and a drain within a grace period. */
const ownDefaults: Readonly<Record<string, string>> = { address: ':9090', 'wait-for-healthcheck-interval': '45s' };

function optionsWith(...args: readonly string[]): unknown {
  const { values, problems } = readFlags(['-kubernetes', ...args], () => '');
  assert.deepEqual(problems, []);
  return JSON.parse(JSON.stringify(routeServerOptions(values, {}).options, plainPatterns));
}

/** JSON has no regular expressions. */
function plainPatterns(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? value.source : value;
}

for (const program of ['skipper', 'routesrv'] as const) {
  describe(`the flags of ${program}`, () => {
    let help: readonly HelpLine[] = [];
    before(async () => {
      const paths = await programs.ensure([program]);
      help = helpLines((await run(paths[program], ['-help'])).stderr);
    });

    test('are those of the table', () => {
      assert.deepEqual(skipperFlags.map(({ name }) => name).toSorted(), help.map(({ name }) => name).toSorted());
    });

    test('have the types of the table, where Go names them', () => {
      const byName = new Map(skipperFlags.map((flag) => [flag.name, flag]));
      const differing = help.filter(({ name, word }) => {
        const want = words[byName.get(name)?.type ?? 'string'];
        const isNamed = Object.values(words).includes(word);
        return want === undefined ? isNamed : want !== word;
      });
      assert.deepEqual(differing, []);
    });

    test('of which ours takes a value have the same defaults, but for two', () => {
      const without = optionsWith();
      const zeros: Readonly<Partial<Record<SkipperFlag['type'], string>>> = { bool: 'false', string: '', int: '0' };
      const differing = skipperFlags.flatMap(({ name, type, routeServer }) => {
        const told = help.find((line) => line.name === name)?.fallback ?? zeros[type];
        if (routeServer !== 'supported' || told === undefined || name === 'kubernetes') return [];
        return isDeepStrictEqual(optionsWith(`-${name}=${told}`), without) ? [] : [[name, told]];
      });
      assert.deepEqual(Object.fromEntries(differing), ownDefaults);
    });
  });
}

describe("what the original's route server reads", () => {
  const fieldsIn = (source: string): readonly string[] =>
    Array.from(source.matchAll(/\b(?:opts|o)\.([A-Z]\w*)/g), ([, field = '']) => field);
  const bodyOf = (source: string, method: string): string =>
    source.slice(source.indexOf(`) ${method}(`)).split(/^}$/m, 1)[0] ?? '';

  test('ours takes, or refuses with a reason of its own; of the rest it says that it is for the proxy', async () => {
    const module = await skipperModule();
    const read = (path: string): string => readFileSync(join(module, path), 'utf8');
    const sources = readdirSync(join(module, 'routesrv')).filter((name) => /(?<!_test)\.go$/.test(name));
    const skipper = read('skipper.go');
    const fields = new Set([
      ...sources.flatMap((name) => fieldsIn(read(`routesrv/${name}`))),
      ...['KubernetesDataClientOptions', 'TlsConfig'].flatMap((method) => fieldsIn(bodyOf(skipper, method))),
    ]);
    const config = read('config/config.go');
    const flagOf = new Map(
      Array.from(config.matchAll(/flag\.\w+\(&?cfg\.(\w+), "([^"]+)"/g), ([, name = '', flag = '']) => [name, flag]),
    );
    // `Option: c.Name,`, `Option: made(c.Name),` and `options.Option = c.Name`.
    const copied = Array.from(
      config.matchAll(/\b([A-Z]\w*)(?::| =)\s+[^,\n]*?\bc\.(\w+)/g),
      ([, option = '', name = '']) => ({
        option,
        flag: flagOf.get(name),
      }),
    );
    const acted = new Set(copied.flatMap(({ option, flag }) => (fields.has(option) && flag !== undefined ? flag : [])));
    const silent = skipperFlags.filter(({ routeServer }) => routeServer === 'unsupported');
    const isForProxy = (name: string): boolean => refusalOf(name).why.endsWith("for Skipper's proxy alone");
    assert.deepEqual(
      silent.filter(({ name }) => acted.has(name) && isForProxy(name)).map(({ name }) => name),
      [],
    );
    assert.ok(acted.size > 50, `${acted.size} flags`);
    // Read by way of other fields.
    const indirect = ['exclude-insecure-cipher-suites', 'open-telemetry', 'tls-key-log-file'];
    const lost = ['kubernetes-enable-tls', 'memory-profile-rate', 'opentracing-backend-name-tag'];
    const unexpected = silent.filter(({ name }) => !acted.has(name) && !isForProxy(name)).map(({ name }) => name);
    assert.deepEqual(unexpected.toSorted(), [...indirect, ...lost].toSorted());
  });
});
