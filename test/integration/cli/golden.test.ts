/**
 * The command line on the compiler's golden cases: what `compile` prints for the manifests of a case means the same as
 * the table of the case, by the judgement of `diff`.
 */
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { runCli } from '../../../src/cli/index.ts';
import { findCases } from '../../harness/fixtures/case.ts';

const golden = join(import.meta.dirname, '../../golden');
/** Cases with options of their own have them in another form than flags. */
const cases = findCases(golden).filter(({ kube }) => kube === undefined);

async function run(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    stdin: () => Promise.resolve(input),
    clock: { now: () => 0, sleep: () => Promise.resolve() },
  });
  return { code, out, err };
}

suite('compile prints the table of the golden case', () => {
  for (const { folder, name, yaml = '', eskip = '', defaultFilters } of cases) {
    test(`${basename(folder)}/${name}`, async () => {
      const filters = defaultFilters === undefined ? [] : [`-default-filters-dir=${defaultFilters}`];
      const flags = ['-kubernetes-healthcheck=false', '-kubernetes-https-redirect=false', ...filters];
      const compiled = await run(['compile', '-f', yaml, ...flags]);
      assert.equal(compiled.code, 0, compiled.err);
      const compared = await run(['diff', '-', eskip], compiled.out);
      assert.deepEqual([compared.code, compared.err], [0, ''], compared.out);
    });
  }
});

test('there are cases', () => {
  assert.ok(cases.length > 20);
});
