import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseRoutes, printRoute, type Route } from '../eskip/index.ts';
import { narrowToZone, zonesOf } from './zone.ts';

function routeOf(text: string): Route {
  const parsed = parseRoutes(text);
  const [route] = parsed.ok ? parsed.routes : [];
  assert.ok(route !== undefined, text);
  return route;
}

const near = ['1', '2', '3'].map((n) => `"http://10.0.0.${n}?zone=north"`).join(', ');

suite('a route is narrowed to a zone', () => {
  const cases = {
    'when three of its endpoints are there': {
      route: `r: * -> <random, ${near}, "http://10.0.1.1?zone=south">;`,
      want: `r: * -> <random, ${near}>;`,
    },
    'but not when there are two': {
      route: 'r: * -> <random, "http://a?zone=north", "http://b?zone=north", "http://c">;',
      want: 'r: * -> <random, "http://a?zone=north", "http://b?zone=north", "http://c">;',
    },
    'nor when its object has opted out': {
      route: `r: * -> annotate("zalando.org/traffic-zone-aware", "false") -> <random, ${near}, "http://c">;`,
      want: `r: * -> annotate("zalando.org/traffic-zone-aware", "false") -> <random, ${near}, "http://c">;`,
    },
    'and an annotation with another value is no opting out': {
      route: `r: * -> annotate("zalando.org/traffic-zone-aware", "true") -> <random, ${near}, "http://c">;`,
      want: `r: * -> annotate("zalando.org/traffic-zone-aware", "true") -> <random, ${near}>;`,
    },
    'while one without balancing stays as it is': { route: 'r: * -> "http://a";', want: 'r: * -> "http://a";' },
  };
  for (const [name, { route, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(printRoute(narrowToZone(routeOf(route), 'north')), want);
    });
  }

  test('and one that nothing changes is the same object, so that its text need not be printed again', () => {
    const route = routeOf(`r: * -> <random, ${near}, "http://c">;`);
    assert.equal(narrowToZone(route, 'south'), route);
  });
});

test('the zones of a table are those of its endpoints', () => {
  const routes = [
    routeOf('r: * -> <random, "http://a?zone=north", "http://b", "http://c?zone=south">;'),
    routeOf('r: * -> <shunt>;'),
  ];
  assert.deepEqual([...zonesOf(routes)].toSorted(), ['north', 'south']);
});
