import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ringText, ringView } from './ring.ts';

const endpoints = Array.from({ length: 5 }, (_, i) => ({
  address: `http://10.2.0.${i + 1}:8080`,
  pod: `search-${i + 1}`,
  node: `n${i % 2}`,
  zone: 'north',
}));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

test('the shares of all pods make a whole, and so do those of the heirs of each', () => {
  const { endpoints: rows } = ringView('shop/search', endpoints, undefined);
  assert.ok(Math.abs(sum(rows.map(({ share }) => share)) - 1) < 1e-9);
  for (const { pod, share, heirs } of rows) {
    assert.ok(Math.abs(sum(heirs.map((heir) => heir.share)) - share) < 1e-9, pod);
    assert.ok(heirs.every((heir) => heir.pod !== pod));
  }
});

test('a key is told with its owner and with who has it when that one goes', () => {
  const { key } = ringView('shop/search', endpoints, 'product-47');
  assert.ok(key);
  const without = endpoints.filter(({ pod }) => pod !== key.owner);
  assert.equal(without.length, 4);
  assert.equal(ringView('shop/search', without, 'product-47').key?.owner, key.next);
  assert.equal(ringView('shop/search', endpoints, '').key?.hash, 'ef46db3751d8e999', 'XXH64 of nothing');
});

test('the last pod has no heirs', () => {
  const text = ringText(ringView('shop/search', endpoints.slice(0, 1), 'k'));
  assert.match(text, /search-1 +http:\/\/10\.2\.0\.1:8080 +n0 +north +100\.0% +nobody is left\n/);
  assert.match(text, /\nkey "k" \([0-9a-f]{16}\): search-1; if it goes: no other pod\n$/);
});

test('a table names the largest heirs and counts the rest', () => {
  const lines = ringText(ringView('shop/search', endpoints, undefined)).split('\n');
  assert.match(lines[0] ?? '', /^POD +ADDRESS +NODE +ZONE +SHARE +IF IT GOES$/);
  assert.match(lines[1] ?? '', /^search-1 .* \d+\.\d% +(\d+\.\d% to search-\d, ){3}the rest to 1 more$/);
  assert.equal(lines.length, 7);
});

test('endpoints without names are called by their address', () => {
  const text = ringText(ringView('shop/search', [{ address: 'http://10.2.0.1:8080' }], 'k'));
  assert.match(text, /^- +http:\/\/10\.2\.0\.1:8080 +- +- +100\.0%/m);
  assert.match(text, /: http:\/\/10\.2\.0\.1:8080; if it goes/);
});
