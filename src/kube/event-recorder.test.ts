/** Events against an API server that misbehaves on order. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, until } from '../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { createLogger } from '../telemetry/index.ts';
import { EventRecorder } from './event-recorder.ts';
import type { EventToRecord } from './event-recorder.ts';

const path = '/apis/events.k8s.io/v1/events';
const config = {
  apiVersion: 'routesrv.dev/v1alpha1',
  kind: 'RouteServerConfig',
  metadata: { namespace: 'kube-system', name: 'ingress', uid: 'u1', resourceVersion: '7' },
};
const event: EventToRecord = { type: 'Normal', reason: 'StepDone', action: 'Step', note: 'Step 10 % is done' };

describe('EventRecorder', () => {
  let api: FaultyApi;
  let clock: ManualClock;
  let recorder: EventRecorder;
  let lines: string[];
  beforeEach(async () => {
    api = await FaultyApi.start();
    clock = new ManualClock();
    lines = [];
    const log = createLogger({ name: 'test', level: 'info', destination: { write: (line) => void lines.push(line) } });
    recorder = new EventRecorder({
      client: api.client(),
      clock,
      log,
      controller: 'routesrv.dev/operator',
      instance: 'pod',
    });
  });
  afterEach(() => api.stop());

  function written(): { name: string; count: unknown }[] {
    return [...api.collection(path).objects.values()].map(({ metadata, ...body }) => {
      const series = body['series'] as { count: number } | undefined;
      return { name: metadata.name, count: series?.count };
    });
  }

  test('writes one event with all that events.k8s.io/v1 demands', async () => {
    recorder.record(config, event);
    await recorder.flush();
    const { metadata, ...body } = [...api.collection(path).objects.values()][0] ?? assert.fail('no event');
    assert.match(metadata.name, /^ingress\.[0-9a-f]+\.1$/);
    assert.equal(metadata.namespace, 'kube-system');
    assert.deepEqual(body, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      eventTime: '2026-01-01T00:00:00.000000Z',
      reportingController: 'routesrv.dev/operator',
      reportingInstance: 'pod',
      ...event,
      regarding: {
        apiVersion: config.apiVersion,
        kind: config.kind,
        name: 'ingress',
        namespace: 'kube-system',
        uid: 'u1',
        resourceVersion: '7',
      },
    });
  });

  test('says the same thing again as a count, at most once a minute, and tells the rest at the end', async () => {
    const say = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        recorder.record(config, event);
        await clock.advance(1_000);
      }
    };
    await say(30);
    await until('the event was written', () => written().length === 1);
    await clock.advance(60_000);
    await say(30);
    await until('the count was written', () => written()[0]?.count !== undefined);
    await recorder.flush();
    assert.deepEqual(
      written().map(({ count }) => count),
      [60],
    );
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ['POST', 'PATCH', 'PATCH'],
    );
  });

  test('other objects, reasons and notes are events of their own, and so is the same after the window', async () => {
    recorder.record(config, event);
    recorder.record(config, { ...event, reason: 'StepHeld' });
    recorder.record(config, { ...event, note: 'Step 50 % is done' });
    recorder.record({ ...config, metadata: { ...config.metadata, uid: 'u2' } }, event);
    await clock.advance(360_000);
    recorder.record(config, event);
    await recorder.flush();
    assert.equal(new Set(written().map(({ name }) => name)).size, 5);
  });

  test('when the same begins anew after the window, what was counted before is told as well', async () => {
    const times = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) recorder.record(config, event);
      await clock.advance(360_000);
    };
    await times(3);
    await times(1);
    await recorder.flush();
    assert.deepEqual(
      written().map(({ count }) => count),
      [3, undefined],
    );
  });

  test('an event that is forgotten for a newer one is told with its count before', async () => {
    recorder.record(config, event);
    await until('the event was written', () => written().length === 1);
    recorder.record(config, event);
    for (let n = 0; n < 1_000; n += 1) recorder.record(config, { ...event, note: String(n) });
    await recorder.flush();
    assert.deepEqual([written().length, written()[0]?.count], [1_001, 2]);
  });

  test('a count for an event that has expired becomes a new event', async () => {
    recorder.record(config, event);
    await recorder.flush();
    api.faults.add({ method: 'PATCH' }, { type: 'answer', status: 404, reason: 'NotFound' });
    recorder.record(config, event);
    await recorder.flush();
    assert.deepEqual(
      api.requests.map(({ method }) => method),
      ['POST', 'PATCH', 'POST'],
    );
  });

  test('a failure is logged and not thrown, and tried again at the end', async () => {
    api.faults.add({}, { type: 'answer', status: 403 });
    recorder.record(config, event);
    recorder.record(config, { ...event, reason: 'StepHeld' });
    await recorder.flush();
    assert.equal(written().length, 2);
    assert.equal(lines.filter((line) => line.includes('an event could not be written')).length, 1);
  });

  test('a note that is too long is cut', async () => {
    recorder.record(config, { ...event, note: 'x'.repeat(5_000) });
    await recorder.flush();
    assert.equal((JSON.parse(api.requests[0]?.body ?? '{}') as EventToRecord).note.length, 1_000);
  });
});
