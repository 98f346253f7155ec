/** Links of the documentation lead to files and headings that there are. */
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

const pages = globSync(['*.md', 'docs/**/*.md', 'charts/**/*.md']).sort();

/** A page without what stands in its blocks of code. */
const textOf = (page: string): string => readFileSync(page, 'utf8').replaceAll(/^(```+)[\s\S]*?^\1/gm, '');

/** Anchors of a page, as GitHub makes them of headings. */
function anchorsOf(page: string): ReadonlySet<string> {
  const headings = [...textOf(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Why a link of a page leads nowhere; undefined when it does, or out of the repository. */
function complaint(page: string, link: string): string | undefined {
  if (/^[a-z]+:/.test(link)) return undefined;
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return `${link}: there is no ${target}`;
  if (anchor === undefined || !target.endsWith('.md') || anchorsOf(target).has(anchor)) return undefined;
  return `${link}: ${target} has no such heading`;
}

test('a link to nothing is found', () => {
  assert.match(complaint('README.md', 'docs/none.md') ?? '', /there is no/);
  assert.match(complaint('README.md', 'docs/glossary.md#nowhere') ?? '', /has no such heading/);
  assert.equal(complaint('README.md', 'docs/adr/README.md'), undefined);
});

describe('the links lead somewhere', () => {
  for (const page of pages) {
    test(`of ${page}`, () => {
      const links = [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
      assert.deepEqual(
        links.flatMap((link) => complaint(page, link) ?? []),
        [],
      );
    });
  }
});
