/**
 * Charts for docs: gets series of points, gives an SVG. The same points give the same bytes, so that a check can tell
 * whether a picture in docs is what the code draws.
 */
import { linear, logarithmic, type Scale } from './scale.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  /** Default linear, from 0. Logarithmic axes take values above 0 only. */
  readonly scale?: 'linear' | 'logarithmic';
}

export interface Chart {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  /** Default `line`; `bar`: a bar at each point, series beside each other. */
  readonly kind?: 'line' | 'bar';
}

const size = { width: 720, height: 400 };
const frame = { left: 70, right: 180, top: 40, bottom: 55 };
const inner = { width: size.width - frame.left - frame.right, height: size.height - frame.top - frame.bottom };
/** Okabe and Ito's palette: told apart by colour-blind readers, too. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

interface Canvas {
  readonly x: Scale;
  readonly y: Scale;
}

/** Text of an SVG file that shows the chart, with a legend when there is more than one series. */
export function drawChart(chart: Chart): string {
  const points = chart.series.flatMap((series) => series.points);
  const scaled = (axis: Axis, values: readonly number[]): Scale =>
    axis.scale === 'logarithmic' ? logarithmic(values) : linear(values);
  const canvas = {
    x: scaled(
      chart.x,
      points.map(([x]) => x),
    ),
    y: scaled(
      chart.y,
      points.map(([, y]) => y),
    ),
  };
  const marks = chart.series.map((series, i) =>
    chart.kind === 'bar' ? bars(canvas, series, i, chart.series.length) : line(canvas, series, i),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(chart.title)}</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="${frame.left}" y="24" font-size="15">${escaped(chart.title)}</text>`,
    ...grid(canvas, chart),
    ...marks,
    ...(chart.series.length > 1 ? chart.series.map(legend) : []),
    '</svg>',
    '',
  ].join('\n');
}

const place = (value: number): string => Number(value.toFixed(1)).toString();
const left = ({ x }: Canvas, value: number): number => frame.left + x.at(value) * inner.width;
const top = ({ y }: Canvas, value: number): number => frame.top + (1 - y.at(value)) * inner.height;
const colour = (i: number): string => colours[i % colours.length] ?? '#000';

function grid(canvas: Canvas, { x, y }: Chart): readonly string[] {
  const bottom = frame.top + inner.height;
  const right = frame.left + inner.width;
  return [
    ...canvas.y.ticks.flatMap((tick) => {
      const at = place(top(canvas, tick));
      return [
        `<path d="M${frame.left} ${at}H${right}" stroke="#ddd"/>`,
        `<text x="${frame.left - 6}" y="${at}" dy="4" text-anchor="end">${readable(tick)}</text>`,
      ];
    }),
    ...canvas.x.ticks.map(
      (tick) =>
        `<text x="${place(left(canvas, tick))}" y="${bottom + 18}" text-anchor="middle">${readable(tick)}</text>`,
    ),
    `<path d="M${frame.left} ${frame.top}V${bottom}H${right}" fill="none" stroke="#333"/>`,
    `<text x="${frame.left + inner.width / 2}" y="${size.height - 14}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text transform="translate(18 ${frame.top + inner.height / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
  ];
}

function line(canvas: Canvas, { points }: Series, i: number): string {
  const path = points.map(([x, y]) => `${place(left(canvas, x))} ${place(top(canvas, y))}`).join('L');
  return `<path d="M${path}" fill="none" stroke="${colour(i)}" stroke-width="2"/>`;
}

function bars(canvas: Canvas, { points }: Series, i: number, count: number): string {
  const bottom = frame.top + inner.height;
  const width = (inner.width / (points.length + 1) / count) * 0.8;
  const path = points.map(([x, y]) => {
    const from = left(canvas, x) + (i - count / 2) * width;
    return `M${place(from)} ${place(bottom)}V${place(top(canvas, y))}h${place(width)}V${place(bottom)}z`;
  });
  return `<path d="${path.join('')}" fill="${colour(i)}"/>`;
}

function legend({ name }: Series, i: number): string {
  const [x, y] = [frame.left + inner.width + 14, frame.top + 10 + i * 20];
  return `<path d="M${x} ${y}h18" stroke="${colour(i)}" stroke-width="3"/><text x="${x + 24}" y="${y}" dy="4">${escaped(name)}</text>`;
}

const readable = (value: number): string =>
  Math.abs(value) >= 10_000 ? `${Number((value / 1000).toPrecision(6))}k` : `${value}`;

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
