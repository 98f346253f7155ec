import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseFilters, parsePredicates } from '../eskip/index.ts';
import { printRedacted, redactAddress } from './redact.ts';
import { compareTexts } from './compare-texts.ts';

const secret = 'c2VjcmV0';

const filters: readonly (readonly [written: string, shown: string])[] = [
  [`bearerinjector("${secret}")`, 'bearerinjector("…")'],
  [`oauthTokeninfoAllScope("${secret}", "write")`, 'oauthTokeninfoAllScope("…", "…")'],
  [`setRequestHeader("Authorization", "Bearer ${secret}")`, 'setRequestHeader("Authorization", "…")'],
  [`appendResponseHeader("X-Api-Key", "${secret}")`, 'appendResponseHeader("X-Api-Key", "…")'],
  [`setRequestHeader("Cookie", "${secret}")`, 'setRequestHeader("Cookie", "…")'],
  [`setQuery("access_token", "${secret}")`, 'setQuery("access_token", "…")'],
  [`setRequestHeader("X-Upstream", "Basic ${secret}")`, 'setRequestHeader("X-Upstream", "…")'],
  [`lua("inline", "password=${secret}")`, 'lua("inline", "…")'],
  [`tee("https://user:${secret}@example.org/")`, 'tee("https://…@example.org/")'],
  ['unknown("0123456789abcdef0123456789abcdef")', 'unknown("…")'],
  ['setRequestHeader("X-Request-Source", "ingress")', 'setRequestHeader("X-Request-Source", "ingress")'],
  ['clusterClientRatelimit("group", 10, "1h")', 'clusterClientRatelimit("group", 10, "1h")'],
  ['setPath("/a/b")', 'setPath("/a/b")'],
];

suite('a filter is shown', () => {
  for (const [written, shown] of filters) {
    test(`as ${shown}`, () => {
      const parsed = parseFilters(written);
      assert.ok(parsed.ok);
      assert.deepEqual(parsed.filters.map(printRedacted), [shown]);
    });
  }

  test('with a long argument cut short', () => {
    const shown = printRedacted({ name: 'inlineContent', args: ['word '.repeat(100)] });
    assert.ok(shown.length < 120, shown);
  });
});

suite('a predicate is shown', () => {
  const predicates: readonly (readonly [written: string, shown: string])[] = [
    [`Header("Authorization", "${secret}")`, 'Header("Authorization", "…")'],
    [`Cookie("sid", /^${secret}$/)`, 'Cookie("…", "…")'],
    ['Method("GET")', 'Method("GET")'],
  ];
  for (const [written, shown] of predicates) {
    test(`as ${shown}`, () => {
      const parsed = parsePredicates(written);
      assert.ok(parsed.ok);
      assert.deepEqual(parsed.predicates.map(printRedacted), [shown]);
    });
  }
});

suite('a sample', () => {
  test('says so when only values differ that it does not show', () => {
    const route = (value: string) => `a: * -> setRequestHeader("Authorization", "${value}") -> <shunt>;`;
    const evidence = compareTexts(route('one'), route('two'), { tolerate: [], maxSamples: 1 });
    assert.equal(evidence.outcome, 'compared');
    assert.equal(
      evidence.comparison.samples[0]?.difference,
      'filters: setRequestHeader("Authorization", "…") with other values, not shown',
    );
  });

  test('shows addresses without users and passwords', () => {
    assert.equal(redactAddress(`https://user:${secret}@example.org:443`), 'https://…@example.org:443');
    assert.equal(redactAddress('https://example.org/@x'), 'https://example.org/@x');
  });
});
