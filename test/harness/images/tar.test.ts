import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { tar } from './tar.ts';
import type { TarEntry } from './tar.ts';

const listing = (entries: readonly TarEntry[]): string[] =>
  execFileSync('tar', ['--numeric-owner', '-tvf', '-'], { input: Buffer.concat(tar(entries)), env: { TZ: 'UTC' } })
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/\s+/g, ' '));

const file = (path: string, text: string, mode?: number): TarEntry => ({
  path,
  kind: 'file',
  content: [Buffer.from(text.slice(0, 3)), Buffer.from(text.slice(3))],
  ...(mode !== undefined && { mode }),
});

test('tar lists what was put in: modes, sizes, links, and no trace of who made it when', () => {
  const entries: TarEntry[] = [
    { path: 'tmp', kind: 'folder', mode: 0o1777 },
    file('etc/passwd', 'root:x:0:0'),
    file('bin/program', '', 0o755),
    { path: 'bin/sh', kind: 'symlink', target: '/bin/busybox' },
  ];
  assert.deepEqual(listing(entries), [
    'drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp/',
    '-rw-r--r-- 0/0 10 1970-01-01 00:00 etc/passwd',
    '-rwxr-xr-x 0/0 0 1970-01-01 00:00 bin/program',
    'lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/sh -> /bin/busybox',
  ]);
});

test('contents come out as they went in, at every length around a block', () => {
  for (const length of [0, 1, 511, 512, 513, 1_024]) {
    const text = 'x'.repeat(length);
    const archive = Buffer.concat(tar([file('a', text), file('b', 'after')]));
    const extract = (name: string): string => execFileSync('tar', ['-xOf', '-', name], { input: archive }).toString();
    assert.deepEqual([extract('a'), extract('b')], [text, 'after']);
  }
});

test('a path of more than 100 bytes is split where ustar allows it', () => {
  const path = `${'folder/'.repeat(20)}${'n'.repeat(90)}`;
  assert.equal(
    listing([file(path, 'x')])[0]
      ?.split(' ')
      .at(-1),
    path,
  );
});

const refused = {
  'a name of more than 100 bytes': file('n'.repeat(101), ''),
  'a folder path of more than 155 bytes': file(`${'f'.repeat(160)}/n`.padEnd(200, 'n'), ''),
  'a link target of more than 100 bytes': { path: 'a', kind: 'symlink', target: 't'.repeat(101) },
} satisfies Record<string, TarEntry>;
for (const [what, entry] of Object.entries(refused)) {
  test(`${what} is refused, not cut`, () => {
    assert.throws(() => tar([entry]), /too long/);
  });
}
