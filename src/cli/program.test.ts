import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';
import { directoryWith, run } from './run.test-support.ts';
import type { Run } from './run.test-support.ts';

const quiet = ['-kubernetes-healthcheck=false', '-kubernetes-https-redirect=false', '-kubernetes-force-service'];

const ingress = (name: string, host: string): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec:
  rules:
    - host: ${host}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: shop, port: { number: 80 } } } }] }
`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { ports: [{ port: 80 }] }\n';

function compileText(text: string, ...args: readonly string[]): Promise<Run> {
  return run(['compile', '-f', '-', ...quiet, ...args], { stdin: text });
}

describe('compile', () => {
  test('prints the table, and nothing else when all is well', async () => {
    const { code, out, err } = await compileText(`${ingress('a', 'a.example')}---\n${service}`);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^kube_default__a__[^\n]+ -> "http:\/\/shop\.default\.svc\.cluster\.local:80";\n$/);
  });

  test('tells problems beside the table, and fails for them only when it is to be strict', async () => {
    const text = `${ingress('a', 'a.example')}---\n${ingress('b', '1')}---\n${service}`;
    const [lenient, strict] = [await compileText(text), await compileText(text, '--strict')];
    assert.deepEqual([lenient.code, strict.code, lenient.out], [0, 1, strict.out]);
    assert.match(lenient.out, /^kube_default__a__/);
    assert.equal(
      lenient.err,
      '<stdin>:14 (document 2): error: Ingress default/b: spec.rules[0].host: expected a string (quote it in YAML) [invalid-object]\n1 error\n',
    );
  });

  test('prints the problems in place of the table when asked for', async () => {
    const { out, err } = await compileText(ingress('a', 'a.example'), '--problems');
    assert.match(out, /^<stdin>:7 \(document 1\): error: Ingress default\/a: spec.*\[service-not-found\]\n$/);
    assert.equal(err, '1 error\n');
  });

  test('prints both as JSON', async () => {
    const both = JSON.parse((await compileText(`${ingress('a', 'a.example')}---\n${service}`, '-ojson')).out) as object;
    const problems = JSON.parse((await compileText(ingress('a', 'x'), '--problems', '-o', 'json')).out) as object;
    assert.deepEqual([Object.keys(both), Object.keys(problems)], [['routes', 'problems'], ['problems']]);
  });

  const remarks: Readonly<Record<string, readonly [string, readonly string[], RegExp | '']>> = {
    'nothing to make routes of': [service, [], /^note: there is no Ingress and no RouteGroup\n$/],
    'Services without pods': [
      `${ingress('a', 'x')}---\n${service}`,
      ['-kubernetes-force-service=false'],
      /^note: there are no Endpoints/,
    ],
    'EndpointSlices that are not read': [
      `${ingress('a', 'x')}---\n${service}---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: s }\n`,
      ['-kubernetes-force-service=false'],
      /^note: EndpointSlices are read with -enable-kubernetes-endpointslices only/,
    ],
  };
  for (const [name, [text, args, want]] of Object.entries(remarks)) {
    test(`remarks on ${name}`, async () => {
      assert.match((await compileText(text, ...args)).err, new RegExp(want));
    });
  }

  test('reads directories as kubectl does, and those below only when asked to', async (context) => {
    const directory = directoryWith(context, { 'b.yaml': service, 'a.yml': ingress('a', 'a.example'), 'x.txt': '{' });
    mkdirSync(`${directory}/below`);
    writeFileSync(`${directory}/below/c.json`, JSON.stringify({ kind: 'IngressList', items: [] }));
    writeFileSync(`${directory}/below/d.yaml`, ingress('d', 'd.example'));
    const flat = await run(['compile', ...quiet, '-f', directory]);
    const deep = await run(['compile', ...quiet, '-R', '-f', directory, directory]);
    const ids = ({ out }: Run): readonly string[] => out.match(/^kube_default__[a-z]+/gm) ?? [];
    assert.deepEqual([ids(flat), ids(deep)], [['kube_default__a'], ['kube_default__a', 'kube_default__d']]);
    assert.deepEqual([flat.err, deep.err], ['', '']);
  });

  test('takes default filters and a config file as the route server does', async (context) => {
    const directory = directoryWith(context, {
      'a.yaml': `${ingress('a', 'a.example')}---\n${service}`,
      'shop.default': 'setPath("/from-file")',
      flags: `default-filters-dir: DIR\nhello: 1\n`,
    });
    writeFileSync(`${directory}/flags`, `default-filters-dir: ${directory}\nhello: 1\n`);
    const { out, err } = await run([
      'compile',
      '-f',
      `${directory}/a.yaml`,
      ...quiet,
      `-config-file=${directory}/flags`,
    ]);
    assert.match(out, /setPath\("\/from-file"\)/);
    assert.equal(err, 'note: -config-file: hello is no flag and is passed over\n');
  });

  test('looks at the namespace that the route server looks at', async () => {
    const text = `${ingress('a', 'a.example')}---\n${service}`;
    const { err } = await compileText(text, '-n', 'shop', '-kubernetes-namespace=other');
    assert.equal(err, 'note: there is no Ingress and no RouteGroup\n');
    assert.match((await compileText(text, '-n', 'shop', '-kubernetes-namespace=shop')).out, /^kube_shop__a__/);
  });

  test('tells all mistakes of a kind at once', async (context) => {
    const directory = directoryWith(context, { 'a.yaml': 'a: "', 'b.yaml': 'b: 1' });
    const flags = await run(['compile', '-f', directory, '-kubernetes-path-mod=x', '-kubernetes-path-mode=y']);
    const files = await run(['compile', '-f', directory]);
    const none = await run(['compile', '-f', `${directory}/x`, `${directory}/y`]);
    const lines = ({ err }: Run): readonly string[] => err.trimEnd().split('\n');
    assert.deepEqual(
      [flags, files, none].map(({ code }) => code),
      [2, 2, 2],
    );
    assert.deepEqual(
      [flags, files, none].map((one) => lines(one).length),
      [2, 2, 2],
    );
    assert.match(lines(flags)[0] ?? '', /^error: -kubernetes-path-mod: is not a flag of Skipper/);
    assert.match(lines(files)[1] ?? '', /^error: .*b\.yaml:1 \(document 1\): is no Kubernetes object: it has no kind$/);
    assert.match(lines(none)[0] ?? '', /\/x: there is no such file$/);
  });

  test('does not go on without default filters that were named', async () => {
    const { code, err } = await compileText(service, '-default-filters-dir=/none/such');
    assert.deepEqual([code, err], [2, 'error: -default-filters-dir: /none/such: there is no such file\n']);
  });
});

describe('diff', () => {
  const tables = (context: TestContext): readonly [string, string] => {
    const a = 'x: * -> setPath("/a") -> <shunt>;\ny: * -> <shunt>;\n';
    const directory = directoryWith(context, { a, b: a.replace('"/a"', '"/b"') });
    return [`${directory}/a`, `${directory}/b`];
  };

  test('ends with 0 when tables mean the same, with 1 when they differ', async (context) => {
    const [a, b] = tables(context);
    const stdin = 'y: *\n  -> <shunt>; x: * -> setPath("/a") -> <shunt>';
    assert.deepEqual(await run(['diff', a, '-'], { stdin }), { code: 0, out: 'no difference in 2 routes\n', err: '' });
    const { code, out } = await run(['diff', a, b]);
    assert.equal(code, 1);
    assert.match(out, /^~ x: filters: -setPath\("\/a"\) \+setPath\("\/b"\)\n\n2 routes in /);
  });

  test('ends with 0 when all that differs is tolerated', async (context) => {
    const [a, b] = tables(context);
    const codes = ['Filters', 'Filters=^x$', 'Filters=^y$', 'Backend'].map(async (tolerated) => {
      return (await run(['diff', '--tolerate', tolerated, a, b])).code;
    });
    assert.deepEqual(await Promise.all(codes), [0, 0, 1, 1]);
  });

  test('prints whole routes, normalised, and JSON', async (context) => {
    const [a, b] = tables(context);
    const { out } = await run(['diff', '--routes', a, b]);
    assert.match(out, / {4}- x: \* -> setPath\("\/a"\) -> <shunt>;\n {4}\+ x: \* -> setPath\("\/b"\) -> <shunt>;\n/);
    const json = JSON.parse((await run(['diff', a, b, '-ojson'])).out) as { readonly differences: readonly unknown[] };
    assert.deepEqual(json.differences, [
      { routeId: 'x', kind: 'Filters', difference: 'filters: -setPath("/a") +setPath("/b")' },
    ]);
  });

  const failures: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'two tables from stdin': [['-', '-'], /^error: only one of the tables can come from stdin\n$/],
    'a table that is not there': [['/none', '-'], /^error: \/none: there is no such file\n$/],
    'a table that is none': [['-', '-x'], /^error: unknown option '-x'\n/],
    'a class that does not exist': [
      ['--tolerate', 'Nothing', '-', '-'],
      /^error: --tolerate: expected one of EndpointLag, /,
    ],
    'a pattern that is none': [
      ['--tolerate', 'Filters=(', '-', '-'],
      /^error: --tolerate: "\(" is no regular expression/,
    ],
    'a time that is none': [
      ['--timeout', '0', '-', '-'],
      /^error: --timeout: expected seconds above zero, found "0"\n$/,
    ],
  };
  for (const [name, [args, want]] of Object.entries(failures)) {
    test(`ends with 2 for ${name}`, async () => {
      const { code, err } = await run(['diff', ...args]);
      assert.equal(code, 2);
      assert.match(err, want);
    });
  }

  test('ends with 2 and names the table that cannot be compared', async (context) => {
    const [a] = tables(context);
    const { code, err } = await run(['diff', a, '-'], { stdin: 'kind: List' });
    assert.equal(code, 2);
    assert.match(err, /^error: <stdin>: is no table of routes: line 1, column /);
  });
});

describe('promote', () => {
  const args = (file: string) => ['promote', '--from', 'a', '--to', 'b', '--contexts', 'c', '-f', file];

  test('does not touch a file that it would write back as something else', async (context) => {
    const file = `${directoryWith(context, {})}/latin1.yaml`;
    const bytes = Buffer.from('# gr\u00f6\u00dfe\n', 'latin1');
    writeFileSync(file, bytes);
    const { code, err } = await run(args(file));
    assert.deepEqual([code, err], [2, `error: ${file}: is not in UTF-8; save it so\n`]);
    assert.ok(readFileSync(file).equals(bytes));
  });

  test('names a file that is not there', async () => {
    assert.deepEqual(await run(args('/none')), { code: 2, out: '', err: 'error: /none: there is no such file\n' });
  });
});

describe('the program', () => {
  test('without a command shows what there is', async () => {
    const { code, out } = await run([]);
    assert.equal(code, 0);
    for (const command of ['compile', 'diff', 'status']) assert.match(out, new RegExp(`^ {2}${command} `, 'm'));
  });

  test('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };
    assert.deepEqual(await run(['--version']), { code: 0, out: `${version}\n`, err: '' });
  });

  for (const command of ['compile', 'diff', 'status', 'ring', 'fleet', 'promote', 'drill', 'drill fallback']) {
    test(`explains ${command} within 100 columns`, async () => {
      const { code, out } = await run([...command.split(' '), '--help']);
      assert.equal(code, 0);
      assert.deepEqual(
        out.split('\n').filter((line) => line.length > 100),
        [],
      );
    });
  }

  const cases: Readonly<Record<string, readonly [readonly string[], number]>> = {
    'help of a command is no failure': [['compile', '--help'], 0],
    'a command that does not exist is one': [['compil'], 2],
    'a missing option is one': [['compile'], 2],
    'a word too many is one': [['diff', 'a', 'b', 'c'], 2],
    'a format that does not exist is one': [['diff', 'a', 'b', '-o', 'xml'], 2],
  };
  for (const [name, [args, code]] of Object.entries(cases)) {
    test(name, async () => {
      assert.equal((await run(args)).code, code);
    });
  }
});
