import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { rejectedIn } from './rejected.ts';

const secret = 's3cret';

/** A route as Skipper v0.27.65 lists it; the errors below are Skipper's own. */
const listed = (error: string, parts: object = {}): object => ({
  id: 'r',
  backend: { type: 'shunt' },
  error,
  ...parts,
});
const call = (name: string, ...args: readonly unknown[]): object => ({ name, args });

const told: Readonly<Record<string, { readonly route: object; readonly want: string }>> = {
  'the reason, and for which host and path it is': {
    route: listed('unknown_filter: filter "noSuchFilter" not found', {
      predicates: [call('Host', '^one[.]example[.]org$'), call('Method', 'GET'), call('PathSubtree', '/x')],
      filters: [call('noSuchFilter', 'a')],
    }),
    want: 'unknown_filter: filter "noSuchFilter" not found; Host("^one[.]example[.]org$") && PathSubtree("/x")',
  },
  'arguments that are no secret': {
    route: listed('invalid_filter_params: failed to create filter setPath("/a", 2): invalid filter parameters', {
      filters: [call('setPath', '/a', 2)],
    }),
    want: 'invalid_filter_params: failed to create filter setPath("/a", 2): invalid filter parameters',
  },
  'an error of several lines on one': {
    route: listed('invalid_filter_params: failed to create filter lua("x ("): line:1\n  near (:   syntax error\n', {
      filters: [call('lua', 'x (')],
    }),
    want: 'invalid_filter_params: failed to create filter lua("x ("): line:1 near (: syntax error',
  },
  'no argument of a filter that may hold a credential': {
    route: listed(
      `invalid_filter_params: failed to create filter basicAuth("/${secret}"): stat failed for "/${secret}": no such file`,
      { filters: [call('basicAuth', `/${secret}`)], predicates: [call('Path', '/b')] },
    ),
    want: 'invalid_filter_params: failed to create filter basicAuth…; Path("/b")',
  },
  'no part of a pattern for a credential': {
    route: listed(`r [2]: error parsing regexp: missing closing ]: \`[${secret}\``, {
      predicates: [call('HeaderRegexp', 'Authorization', `Bearer [${secret}`)],
    }),
    want: 'error parsing regexp: missing closing ]:…',
  },
  'no place in the table of Skipper, which is another one each time': {
    route: listed('r [17]: free wildcard param should be last', { predicates: [call('Path', '/z/**rest/x')] }),
    want: 'free wildcard param should be last; Path("/z/**rest/x")',
  },
  'no user and password of an address in a filter': {
    route: listed(`invalid_filter_params: failed to create filter tee("http://u:${secret}@x y/"): parse "http://u:`, {
      filters: [call('tee', `http://u:${secret}@x y/`)],
    }),
    want: 'invalid_filter_params: failed to create filter tee…',
  },
  'no user and password of a backend, even where they are no valid ones': {
    route: listed(
      `failed_backend_split: failed to parse backend address "http://u:/${secret}@x": invalid port ":/${secret}@x"`,
      { backend: { type: 'network', address: `http://u:/${secret}@x` } },
    ),
    want: 'failed_backend_split: failed to parse backend address…',
  },
  'an unknown filter by name beside one that holds a credential': {
    route: listed('unknown_filter: filter "noSuchFilter" not found', {
      filters: [call('bearerinjector', secret), call('noSuchFilter')],
    }),
    want: 'unknown_filter: filter "noSuchFilter" not found',
  },
  'that there is no reason, by an older Skipper': { route: { id: 'r', filters: 7 }, want: 'no reason given' },
};

suite('a rejected route tells', () => {
  for (const [name, { route, want }] of Object.entries(told)) {
    test(name, () => {
      assert.equal(rejectedIn(JSON.stringify([route]))?.get('r'), want);
    });
  }
});

suite('a list of rejected routes', () => {
  test('comes in the order of the ids, for Skipper has none', () => {
    const list = ['c', 'a', 'b'].map((id) => ({ id, error: 'x' }));
    assert.deepEqual([...(rejectedIn(JSON.stringify(list))?.keys() ?? [])], ['a', 'b', 'c']);
  });

  for (const text of ['', '[{"id":', '{}', '[1]', '[{"error":"x"}]', '[null]']) {
    test(`is not ${text === '' ? 'an empty text' : text}`, () => {
      assert.equal(rejectedIn(text), undefined);
    });
  }

  test('never shows a credential, however its error repeats it', () => {
    const word = fc.stringMatching(/^[a-z0-9]{6,20}$/).map((text) => `Q${text}`);
    const around = fc.stringMatching(/^[a-z :,"'`()[\]]{0,12}$/);
    const credential = word.chain((held) =>
      fc.record({
        held: fc.constant(held),
        filter: fc.constantFrom(
          call('oauthTokeninfoAnyScope', held),
          call('setRequestHeader', 'Authorization', held),
          call('modRequestHeader', 'X-Api-Key', held, 1),
          call('tee', `https://u:${held}@x.example.org/`),
        ),
        error: fc.tuple(around, around).map(([before, after]) => `failed to create filter f(${before}${held}${after}`),
      }),
    );
    fc.assert(
      fc.property(credential, ({ held, filter, error }) => {
        const text = rejectedIn(JSON.stringify([{ id: 'r', error, filters: [filter] }]))?.get('r') ?? held;
        assert.ok(!text.includes(held), text);
      }),
    );
  });
});
