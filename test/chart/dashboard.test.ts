/** The dashboard is one by Grafana's own types, and Prometheus has an answer to each of its queries. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { complaints, dashboard, panels, queryOf, text, withVariables } from './dashboard-file.ts';
import { playedSeries } from './played-series.ts';
import { Prometheus, type Answer, type Past } from './prometheus.ts';

describe('by the types that Grafana publishes', () => {
  /** What is put in the place of what, in the dashboard's text. */
  const mistakes: Readonly<Record<string, readonly [from: string, to: string]>> = {
    'an option that its kind of panel does not have': ['"mergeValues"', '"mergeValus"'],
    'a word that is none of an enum': ['"showValue": "auto"', '"showValue": "sometimes"'],
    'a number that is none of an enum': ['"graphTooltip": 1', '"graphTooltip": 7'],
    'text in the place of a number': ['"w": 12', '"w": "12"'],
    'a kind of panel that the check knows nothing of': ['"type": "table"', '"type": "graph"'],
    'a way to draw that charts do not have': ['"drawStyle": "line"', '"drawStyle": "lines"'],
    'a query of no data source': ['"editorMode"', '"editorMood"'],
    'a variable without a name': ['"name": "namespace"', '"title": "namespace"'],
  };
  let found: readonly (readonly string[])[];
  before(() => {
    found = complaints([text, ...Object.values(mistakes).map(([from, to]) => text.replace(from, to))]);
  });

  test('the dashboard is one', () => {
    assert.deepEqual(found[0], []);
  });

  Object.keys(mistakes).forEach((mistake, index) => {
    test(`it would be none with ${mistake}`, () => {
      assert.notDeepEqual(found[index + 1], []);
    });
  });
});

describe('Prometheus', () => {
  const queries = panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));
  let past: Past;
  let answers: readonly Answer[];
  before(async () => {
    past = await playedSeries();
    const texts = queries.map(({ expr }) => withVariables(expr));
    answers = await (await Prometheus.find()).answers(past, texts);
  });

  test('refuses what is no PromQL', async () => {
    const [answer] = await (await Prometheus.find()).answers(past, ['sum by (a (b)']);
    assert.match(answer?.complaint ?? '', /parse error/);
  });

  queries.forEach(({ title, refId, legendFormat = '' }, index) => {
    test(`has series for query ${refId} of panel ${title}, with the labels of its legend`, () => {
      const { complaint, series = [] } = answers[index] ?? {};
      assert.equal(complaint, '');
      assert.ok(series.length > 0, 'no series: the metric or a label in the query is not what programs expose');
      const wanted = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label);
      for (const labels of series)
        assert.deepEqual(
          wanted.filter((label) => !(label in labels)),
          [],
        );
    });
  });

  test('has values for each variable that asks for some', () => {
    const asking = dashboard.templating.list.map(queryOf).filter((query) => query !== '');
    assert.equal(asking.length, 2);
    for (const query of asking) {
      const [, metric = '', label = ''] = /^label_values\((\w+)(?:\{.*\})?, (\w+)\)$/.exec(query) ?? [];
      const having = past.series.filter(
        ({ series }) => series.startsWith(`${metric}{`) && series.includes(`${label}="`),
      );
      assert.ok(having.length > 0, query);
    }
  });
});

test('every query and every variable in it is one of the dashboard', () => {
  const known = ['datasource', ...dashboard.templating.list.map(({ name }) => name), '__rate_interval'];
  const used = [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name).filter((name) => name !== '__all');
  assert.deepEqual(
    used.filter((name) => !known.includes(name)),
    [],
  );
});

test('the panels have ids of their own and places that do not overlap', () => {
  const all = dashboard.panels;
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  const cells = all.flatMap(({ gridPos: { x = 0, y = 0, w = 0, h = 0 } = {} }) => {
    assert.ok(x + w <= 24, 'the grid has 24 columns');
    return Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`);
  });
  assert.equal(new Set(cells).size, cells.length);
});

test('the units are ones that Grafana knows', () => {
  // Ids of its value formats; it would show an unknown one as text behind the number.
  const known = ['none', 'short', 'percent', 's', 'reqps', 'Bps'];
  const used = panels.map(({ fieldConfig }) => fieldConfig.defaults.unit);
  assert.deepEqual(
    used.filter((unit) => !known.includes(unit)),
    [],
  );
});
