import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Metadata } from '../../api/index.ts';
import { printCall } from '../../eskip/index.ts';
import { defaultCompileOptions } from '../options.ts';
import { readEskipTexts } from './eskip-texts.ts';
import { ingressSettings } from './settings.ts';
import { parseWeights } from './weights.ts';

function metadataWith(annotations: Readonly<Record<string, string>>): Metadata {
  const prefixed = Object.entries(annotations).map(([name, text]): [string, string] => [`zalando.org/${name}`, text]);
  return { namespace: 'shop', name: 'web', annotations: new Map(prefixed), labels: new Map() };
}

function settingsWith(annotations: Readonly<Record<string, string>>) {
  const options = { ...defaultCompileOptions, forwardBackendUrl: 'http://forward.org' };
  const metadata = metadataWith(annotations);
  const read = readEskipTexts(metadata);
  assert.ok(read.ok);
  return ingressSettings(metadata, read.texts, options);
}

suite('annotations that are as they should be', () => {
  test('none at all give the defaults', () => {
    const { value, findings } = settingsWith({});
    const redirect = { mode: 'none', code: 308 };
    assert.deepEqual(findings, []);
    assert.deepEqual(
      [value.filters, value.pathMode, value.redirect, value.algorithm],
      [[], 'kubernetes-ingress', redirect, 'roundRobin'],
    );
  });

  test('rate limits come before filters', () => {
    const { value } = settingsWith({ 'skipper-filter': 'b()', ratelimit: 'a(1)' });
    assert.deepEqual(value.filters.map(printCall), ['a(1)', 'b()']);
  });

  test('only the backend "forward" forwards', () => {
    assert.ok(settingsWith({ 'skipper-backend': 'forward' }).value.forward);
    assert.ok(!settingsWith({ 'skipper-backend': 'shunt' }).value.forward);
  });

  test('an empty algorithm leaves the choice to Skipper', () => {
    assert.equal(settingsWith({ 'skipper-loadbalancer': '' }).value.algorithm, '');
  });

  test('a route for HTTP in the text of an annotation stands against redirects', () => {
    const routes = 'r: Header("X-Forwarded-Proto", "http") -> <shunt>';
    assert.ok(settingsWith({ 'skipper-routes': routes }).value.redirectIgnored);
    assert.ok(!settingsWith({ 'skipper-routes': 'r: * -> <shunt>' }).value.redirectIgnored);
  });
});

suite('annotations that are wrong but harmless are told', () => {
  const cases = {
    'a path mode that is none': { 'skipper-ingress-path-mode': 'exact' },
    'a redirect code that is no redirect': { 'skipper-ingress-redirect-code': '404' },
    'a redirect code that is no number': { 'skipper-ingress-redirect-code': '30x' },
    'weights that are no JSON': { 'backend-weights': '{a: 1' },
    'rate limits that cannot be read': { ratelimit: 'broken(' },
  };
  for (const [name, annotations] of Object.entries(cases)) {
    test(name, () => {
      const { findings } = settingsWith(annotations);
      const [key = ''] = Object.keys(annotations);
      assert.deepEqual(
        findings.map(({ code, field }) => ({ code, field })),
        [{ code: 'invalid-annotation', field: `metadata.annotations[zalando.org/${key}]` }],
      );
    });
  }
});

suite('annotations that cost an Ingress its routes', () => {
  function rejectedFields(annotations: Readonly<Record<string, string>>): readonly (string | undefined)[] {
    const read = readEskipTexts(metadataWith(annotations));
    return read.ok ? [] : read.findings.map(({ field }) => field);
  }

  for (const [name, text] of [
    ['skipper-filter', 'broken('],
    ['skipper-predicate', 'Path("/a") &&'],
    ['skipper-routes', 'r: Header("a") -> <shunt>'],
    ['skipper-loadbalancer', 'fairest'],
  ] as const) {
    test(`${name}: ${text}`, () => {
      assert.deepEqual(rejectedFields({ [name]: text }), [`metadata.annotations[zalando.org/${name}]`]);
    });
  }

  test('all of them are told at once', () => {
    assert.equal(rejectedFields({ 'skipper-filter': 'a(', 'skipper-predicate': 'b(' }).length, 2);
  });
});

suite('backend weights', () => {
  const cases = {
    'are numbers by Service': { text: '{"a": 1, "b": 0.5}', weights: { a: 1, b: 0.5 }, ok: true },
    'may be missing': { text: undefined, weights: {}, ok: true },
    'may be null, all or one': { text: '{"a": null}', weights: { a: 0 }, ok: true },
    'count as 0 where they are no numbers': { text: '{"a": "1", "b": 2}', weights: { a: 0, b: 2 }, ok: false },
    'cannot be a list': { text: '[1]', weights: {}, ok: false },
    'cannot be just any text': { text: 'a=1', weights: {}, ok: false },
  };
  for (const [name, { text, weights, ok }] of Object.entries(cases)) {
    test(name, () => {
      const parsed = parseWeights(text);
      assert.deepEqual(Object.fromEntries(parsed.weights), weights);
      assert.equal(parsed.problem === undefined, ok);
    });
  }
});
