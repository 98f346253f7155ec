import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodeProblem } from '../api/index.ts';
import type { Problem } from '../compile/index.ts';
import { createLogger, createMetrics } from '../telemetry/index.ts';
import { ProblemLog } from './problem-log.ts';

const broken: Problem = {
  object: { kind: 'Ingress', namespace: 'shop', name: 'web' },
  field: 'metadata.annotations',
  code: 'invalid-filter',
  severity: 'error',
  message: 'not a filter',
};
const unreadable: DecodeProblem = {
  decodeProblem: true,
  object: { kind: 'Service', namespace: '', name: 'db' },
  field: 'spec.ports',
  message: 'expected a list',
};

function aLog() {
  const lines: string[] = [];
  const metrics = createMetrics({ process: false });
  const log = createLogger({ name: 'test', level: 'info', destination: { write: (line: string) => lines.push(line) } });
  return { lines, metrics, problems: new ProblemLog(log, metrics) };
}

test('a problem is told with its object, field and cause', () => {
  const { lines, problems } = aLog();
  problems.update([broken], [unreadable]);
  assert.deepEqual(
    lines
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map(({ level, object, kind, field, msg }) => [level, object, kind, field, msg]),
    [
      ['error', 'shop/web', 'Ingress', 'metadata.annotations', 'not a filter'],
      ['error', 'default/db', 'Service', 'spec.ports', 'expected a list'],
    ],
  );
});

test('a problem that stays is told once', () => {
  const { lines, problems } = aLog();
  for (let round = 0; round < 3; round++) problems.update([broken, broken], []);
  assert.equal(lines.length, 1);
});

test('a problem that comes back is told again, and so is another cause', () => {
  const { lines, problems } = aLog();
  problems.update([broken], []);
  problems.update([], []);
  problems.update([broken], []);
  problems.update([{ ...broken, message: 'another cause' }], []);
  assert.equal(lines.length, 3);
});

test('the problems of now are counted by kind and code', async () => {
  const { metrics, problems } = aLog();
  problems.update([broken, { ...broken, severity: 'info' }], [unreadable]);
  problems.update([broken, { ...broken, field: 'spec' }], []);
  const counted = (await metrics.render()).split('\n').filter((line) => line.startsWith('problems{'));
  assert.deepEqual(counted, ['problems{kind="Ingress",code="invalid-filter",severity="error"} 2']);
});
