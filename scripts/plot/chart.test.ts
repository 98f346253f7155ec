import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { drawChart, type Chart } from './chart.ts';
import { linear, logarithmic } from './scale.ts';

suite('an axis', () => {
  test('has round ticks from 0 to beyond the greatest value', () => {
    assert.deepEqual(linear([0.03, 0.27]).ticks, [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
    assert.deepEqual(linear([20, 1000]).ticks, [0, 200, 400, 600, 800, 1000]);
    assert.deepEqual(linear([]).ticks, [0, 0.2, 0.4, 0.6, 0.8, 1]);
  });

  test('begins below 0 when a value does', () => {
    const { ticks, at } = linear([-3, 5]);
    assert.deepEqual([ticks[0], at(-4), at(6)], [-4, 0, 1]);
  });

  test('by powers of ten puts ten in the middle of one and a hundred', () => {
    const { ticks, at } = logarithmic([2, 70]);
    assert.deepEqual([ticks, at(10)], [[1, 10, 100], 0.5]);
  });
});

suite('a chart', () => {
  const chart: Chart = {
    title: 'Shares < 1 & more',
    x: { label: 'age, s' },
    y: { label: 'weight' },
    series: [
      {
        name: 'a',
        points: [
          [0, 0],
          [10, 1],
        ],
      },
      {
        name: 'b',
        points: [
          [0, 1],
          [10, 0.5],
        ],
      },
    ],
  };

  test('draws each series from corner to corner of its frame', () => {
    const svg = drawChart(chart);
    assert.match(svg, /d="M70 345L540 40"/);
    assert.match(svg, /d="M70 40L540 192.5"/);
  });

  test('escapes what a reader of SVG would take for markup, and names the series', () => {
    const svg = drawChart(chart);
    assert.match(svg, /<title>Shares &lt; 1 &amp; more<\/title>/);
    assert.match(svg, />a<\/text>[^]*>b<\/text>/);
  });

  test('of bars stands on the axis', () => {
    assert.match(drawChart({ ...chart, kind: 'bar' }), /M\S+ 345V40h\S+V345z/);
  });

  test('is the same each time', () => {
    assert.equal(drawChart(chart), drawChart(chart));
  });
});
