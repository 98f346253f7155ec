/** The table of flags against the programs themselves: a flag that a new version brings is noticed here. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { skipperFlags, type SkipperFlag } from '../../src/api/index.ts';
import { programs } from '../harness/index.ts';
import { run } from '../harness/processes/run.ts';

interface HelpLine {
  readonly name: string;
  /** What Go calls the value; `''` for a boolean. */
  readonly word: string;
}

const words: Readonly<Partial<Record<SkipperFlag['type'], string>>> = {
  bool: '',
  float: 'float',
  duration: 'duration',
};

/** Go prints `-name word`, then the meaning on lines that begin with a tab. */
function helpLines(help: string): readonly HelpLine[] {
  return Array.from(help.matchAll(/^ {2}-(\S+)(?: (\S+))?(?:\t.*)?$/gm), ([, name = '', word = '']) => ({
    name,
    word,
  }));
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
  });
}
