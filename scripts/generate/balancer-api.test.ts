/** What a module exports is told as its docstrings say, and nothing else of it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readExports, type Exported } from './api-model.ts';
import { balancerApiArtifacts } from './balancer-api.ts';

const source = `
/** How loud. Default 1. */
export interface BellOptions extends Base {
  /** In decibels. */
  readonly loudness?: number;
  ring(times: number): void;
}
export interface Base { readonly name: string }
/** Rings. Stable. */
export class Bell {
  #secret = 1;
  private readonly hidden = 2;
  /** @throws Error when it is cracked */
  constructor(options: BellOptions) { this.#secret += this.hidden; }
  /** How often it rang. */
  get rung(): number { return this.#secret; }
  /**
   * Rings.
   * @param times from 1 on
   */
  ring(times: number): void { void times; }
  #quiet(): void {}
}
/** All tones. */
export const tones = ['a', 'b'] as const;
export type Tone = (typeof tones)[number];
export function bellOf(tone?: Tone): Bell { throw new Error(tone); }
`;

let folder: string;
let exported: ReadonlyMap<string, Exported>;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'api-model-'));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, types: [] } }));
  await writeFile(join(folder, 'bell.ts'), source);
  await writeFile(
    join(folder, 'index.ts'),
    "export { Bell, bellOf, tones } from './bell.js';\nexport type * from './bell.js';\n",
  );
  exported = new Map(
    readExports(folder, ['index.ts'])
      .flat()
      .map((one) => [one.name, one]),
  );
});
after(() => rm(folder, { recursive: true }));

const found = (name: string): Exported => {
  const one = exported.get(name);
  assert.ok(one, `${name} is not told of`);
  return one;
};

describe('what is told of a module', () => {
  test('everything that it exports, by its kind', () => {
    const kinds = Object.fromEntries([...exported].map(([name, { kind }]) => [name, kind]));
    const want = {
      Bell: 'class',
      bellOf: 'function',
      tones: 'constant',
      BellOptions: 'type',
      Base: 'type',
      Tone: 'type',
    };
    assert.deepEqual(kinds, want);
  });

  test('of a class what is public, with what its docstrings say', () => {
    const { members, docs, constructedBy } = found('Bell');
    assert.equal(docs.text, 'Rings. Stable.');
    assert.deepEqual(constructedBy?.docs.tags, [{ name: 'throws', text: 'Error when it is cracked' }]);
    const told = members.map(({ name, signature, isMethod }) => [name, signature, isMethod]);
    assert.deepEqual(told, [
      ['rung', 'rung: number', false],
      ['ring', 'ring(times: number): void', true],
    ]);
    assert.deepEqual(members[1]?.docs, { text: 'Rings.', tags: [{ name: 'param', text: 'times from 1 on' }] });
  });

  test('of an interface its fields, and what it has from others', () => {
    const { members, extended } = found('BellOptions');
    assert.deepEqual(extended, ['Base']);
    assert.deepEqual(members[0], {
      ...{ name: 'loudness', type: 'number', isOptional: true, isMethod: false },
      ...{ signature: 'loudness: number', docs: { text: 'In decibels.', tags: [] } },
    });
  });

  test('types by the names that they were written with', () => {
    assert.equal(found('bellOf').signature, 'function bellOf(tone?: Tone): Bell');
    assert.equal(found('Tone').signature, 'type Tone = (typeof tones)[number];');
    assert.ok(found('Bell').mentions.has('BellOptions'));
    assert.ok(found('BellOptions').mentions.has('Base'));
  });
});

describe('the pages of the balancer', async () => {
  const pages = await balancerApiArtifacts(join(import.meta.dirname, '../..'));
  for (const { path, text } of pages.filter((page) => !page.path.endsWith('README.md'))) {
    test(`${path} says how stable its class is and how to import it`, () => {
      assert.match(text, /\b(Stable|Experimental)\b/);
      assert.match(text, /import \{ \w+ \} from '@routesrv\/balancer/);
    });
  }

  test('the index has every page, and every type stands on one', () => {
    const index = pages.find(({ path }) => path.endsWith('README.md'))?.text ?? '';
    const links = [...index.matchAll(/\]\((\w*\.?\w*)#?(\w*)\)/g)].map(([, page = '', heading = '']) => ({
      page,
      heading,
    }));
    assert.ok(links.length > pages.length);
    for (const { page, heading } of links) {
      const name = page === '' ? 'README.md' : page;
      const text = pages.find(({ path }) => path.endsWith(`/${name}`))?.text;
      assert.ok(text, name);
      assert.match(text.toLowerCase(), new RegExp(`^#+ ${heading}`, 'm'), `${name}#${heading}`);
    }
  });
});
