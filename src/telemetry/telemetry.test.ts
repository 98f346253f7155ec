/** What may be logged, and what is measured. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger({ name: 'operator', level: 'debug', destination: { write: (line) => void lines.push(line) } }));
  assert.equal(lines.length, 1);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

/** client-node's ApiException, in its shape: the message holds the body, the fields hold body and headers. */
function apiException(): Error {
  const error = new Error('HTTP-Code: 403\nMessage: \nBody: {"data":{"password":"hush"}}');
  return Object.assign(error, {
    name: 'ApiException',
    code: 403,
    body: { data: 'hush' },
    headers: { authorization: 'hush' },
  });
}

describe('createLogger', () => {
  test('writes one line of JSON with name, level and ISO time', () => {
    const line = logged((log) => {
      log.info({ key: 'n/a' }, 'looked at');
    });
    assert.deepEqual([line['name'], line['level'], line['key'], line['msg']], ['operator', 'info', 'n/a', 'looked at']);
    assert.match(String(line['time']), /^\d{4}-\d\d-\d\dT/);
  });

  const secrets: Record<string, object> = {
    'a token': { token: 'hush' },
    'an authorization header': { request: { headers: { authorization: 'hush', Authorization: 'hush' } } },
    'the data of a Secret': { object: { data: { a: 'hush' }, stringData: { b: 'hush' } } },
    'a password three levels down': { a: { b: { c: { password: 'hush' } } } },
  };
  for (const [name, fields] of Object.entries(secrets)) {
    test(`takes out ${name}`, () => {
      const line = JSON.stringify(
        logged((log) => {
          log.info(fields, 'x');
        }),
      );
      assert.doesNotMatch(line, /hush/);
      assert.match(line, /\[redacted\]/);
    });
  }

  test('trap 11, ApiException: neither body nor headers nor the message that holds them is logged, nor as a cause', () => {
    for (const err of [apiException(), new Error('outer', { cause: apiException() })]) {
      const line = logged((log) => {
        log.error({ err }, 'failed');
      });
      assert.doesNotMatch(JSON.stringify(line), /hush/);
      assert.match(JSON.stringify(line), /HTTP status 403/);
    }
  });

  test('an error keeps what helps: type, message, stack, status, reason, disposition, cause', () => {
    const cause = Object.assign(new Error('inner'), { code: 'ECONNREFUSED' });
    const err = Object.assign(new Error('outer', { cause }), {
      status: 409,
      reason: 'Conflict',
      disposition: 'waiting',
      secretField: 'hush',
    });
    const line = logged((log) => {
      log.warn({ err }, 'x');
    })['err'] as Record<string, unknown>;
    const { stack, cause: inner, ...rest } = line;
    assert.deepEqual(rest, {
      type: 'Error',
      message: 'outer',
      status: 409,
      reason: 'Conflict',
      disposition: 'waiting',
    });
    assert.match(String(stack), /telemetry\.test/);
    assert.deepEqual((inner as Record<string, unknown>)['code'], 'ECONNREFUSED');
  });

  test('something thrown that is no error is told by its type', () => {
    assert.deepEqual(
      logged((log) => {
        log.warn({ err: { token: 'hush' } }, 'x');
      })['err'],
      { type: 'object', message: 'not an error' },
    );
  });
});

describe('createMetrics', () => {
  test('renders what was counted, under the prefix, with labels', async () => {
    const metrics = createMetrics({ prefix: 'routesrv_', process: false });
    metrics.counter({ name: 'events_total', help: 'Events.', labels: ['type'] }).inc({ type: 'ADDED' }, 2);
    metrics.gauge({
      name: 'depth',
      help: 'Depth.',
      collect: (gauge) => {
        gauge.set(7);
      },
    });
    metrics.histogram({ name: 'seconds', help: 'Seconds.', buckets: [1, 2] }).observe(1.5);
    const rendered = await metrics.render();
    for (const line of [
      'routesrv_events_total{type="ADDED"} 2',
      'routesrv_depth 7',
      'routesrv_seconds_bucket{le="2"} 1',
    ]) {
      assert.ok(rendered.includes(line), line);
    }
  });

  test('two registries share nothing; asking one twice for a name gives the same metric', async () => {
    const [one, two] = [createMetrics(), createMetrics()];
    const counter = one.counter({ name: 'a_total', help: 'A.' });
    assert.equal(one.counter({ name: 'a_total', help: 'A.' }), counter);
    two.counter({ name: 'a_total', help: 'A.' }).inc();
    assert.match(await one.render(), /^a_total 0$/m);
    assert.match(await one.render(), /^process_resident_memory_bytes /m);
    assert.throws(() => one.gauge({ name: 'a_total', help: 'A.' }), /another type/);
  });
});
