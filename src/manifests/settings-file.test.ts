import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { SERVICE_URL } from './builder.test-support.ts';
import { fedSettings, readSettings } from './settings-file.ts';

const settings = `# the fleet's own
kubernetes: true
kubernetes-in-cluster: true
kubernetes-topology-zone: eu-1
default-filters-append: [lifo(), "flowId()"]
edit-route: /a/b/
ensure-dataclients: [kubernetes]
forwarded-headers: [X-Forwarded-For, X-Forwarded-Port]
timeout-backend: 10s
`;

describe('settings as args', () => {
  test('are what the same flags would be, one arg for each value', () => {
    assert.deepEqual(readSettings(settings), {
      args: [
        '-kubernetes=true',
        '-kubernetes-in-cluster=true',
        '-kubernetes-topology-zone=eu-1',
        '-default-filters-append=lifo()',
        '-default-filters-append=flowId()',
        '-edit-route=/a/b/',
        '-ensure-dataclients=kubernetes',
        '-forwarded-headers=X-Forwarded-For,X-Forwarded-Port',
        '-timeout-backend=10s',
      ],
      problems: [],
    });
  });

  const mistakes: Readonly<Record<string, readonly [string, RegExp]>> = {
    'a key that is nobody’s, which Skipper accepts in silence': ['kubernets: true', /^kubernets in .* is no key/],
    'a quoted boolean': ['kubernetes: "true"', /^kubernetes in .* unquoted$/],
    'several values where the file takes one': ['edit-route: [/a/b/, /c/d/]', /^edit-route in .* takes one value/],
    'a list that is text': ['routes-urls: http://a,http://b', /^routes-urls in .* is not a list of strings$/],
    'what is no map': ['- kubernetes', /^config-file cannot be made of spec.skipper.settings: expected a map/],
    'what is no YAML': ['a: b: c', /^config-file cannot be made of spec.skipper.settings: /],
  };
  for (const [name, [text, says]] of Object.entries(mistakes)) {
    test(`tell ${name}`, () => {
      const { args, problems } = readSettings(text);
      assert.deepEqual(args, []);
      assert.equal(problems.length, 1);
      for (const { flag, reason } of problems) assert.match(`${flag} ${reason}`, says);
    });
  }
});

describe('the file of a moved Skipper', () => {
  test('has the route server in place of the data client, and keeps the rest as it is', () => {
    assert.deepEqual(parse(fedSettings(settings, SERVICE_URL)), {
      'ensure-dataclients': ['eskipfile-remote'],
      'forwarded-headers': ['X-Forwarded-For', 'X-Forwarded-Port'],
      'timeout-backend': '10s',
      'routes-urls': [`${SERVICE_URL}/routes/eu-1`],
      'normalize-host': true,
    });
  });

  test('keeps the routes that come from elsewhere', () => {
    const fed = parse(fedSettings('kubernetes: true\nroutes-urls: [http://other/routes]\n', SERVICE_URL)) as object;
    assert.deepEqual(fed, { 'routes-urls': ['http://other/routes', `${SERVICE_URL}/routes`], 'normalize-host': true });
  });

  test('is the same each time', () => {
    assert.equal(fedSettings(settings, SERVICE_URL), fedSettings(settings, SERVICE_URL));
  });
});
