/** Start, stop, health and options of a program. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { describe, test } from 'node:test';
import { Health, serveHttp } from './health.ts';
import { Lifecycle } from './lifecycle.ts';
import type { Component, LifecycleEvent } from './lifecycle.ts';
import { ManualClock } from './manual-clock.ts';
import { address, describeOptions, duration, flag, integer, list, oneOf, parseOptions, text } from './options.ts';

function given(): {
  lifecycle: Lifecycle;
  clock: ManualClock;
  told: string[];
  signals: EventEmitter;
  part: typeof part;
} {
  const [clock, signals, told] = [new ManualClock(), new EventEmitter(), [] as string[]];
  const report = (event: LifecycleEvent): void => {
    told.push('component' in event ? `${event.component} ${event.type}` : `${event.type}: ${event.reason}`);
  };
  const part = (name: string, hooks: Omit<Component, 'name'> = {}): Component => ({ name, ...hooks });
  return { lifecycle: new Lifecycle({ clock, signals, report, stopDeadlineMs: 5_000 }), clock, told, signals, part };
}

describe('Lifecycle', () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    test(`starts in order, and on ${signal} stops in the reverse order`, async () => {
      const { lifecycle, told, signals, part, clock } = given();
      lifecycle.add(part('store')).add(part('server'));
      const ended = lifecycle.run();
      await clock.advance(0);
      signals.emit(signal, signal);
      assert.equal(await ended, 0);
      assert.deepEqual(told, [
        'store started',
        'server started',
        `stopping: ${signal}`,
        'server stopped',
        'store stopped',
      ]);
      // Without a listener Node ends the process by the signal: 143 where 0 was earned.
      assert.equal(signals.listenerCount(signal), 1);
      signals.emit(signal, signal);
      assert.equal(told.length, 5, 'a late signal changes nothing');
      assert.equal(clock.pendingTimers, 0);
    });
  }

  test('a part that does not start ends the program with 1, and stops what was started', async () => {
    const { lifecycle, told, part } = given();
    const broken = part('server', { start: () => Promise.reject(new Error('port in use')) });
    lifecycle.add(part('store')).add(broken).add(part('never'));
    assert.equal(await lifecycle.run(), 1);
    assert.deepEqual(told, [
      'store started',
      'server failed',
      'stopping: server did not start',
      'server stopped',
      'store stopped',
    ]);
  });

  test('a part that is still starting is told to give up, and that is no failure', async () => {
    const { lifecycle, signals, part, clock } = given();
    const start = (signal: AbortSignal): Promise<void> => clock.sleep(3_600_000, signal);
    lifecycle.add(part('election', { start }));
    const ended = lifecycle.run();
    await clock.advance(0);
    signals.emit('SIGTERM', 'SIGTERM');
    assert.equal(await ended, 0);
  });

  test('a part that does not stop in time does not keep the others from stopping', async () => {
    const { lifecycle, told, part, clock } = given();
    lifecycle.add(part('store')).add(part('server', { stop: () => new Promise<never>(() => undefined) }));
    const ended = lifecycle.run();
    await clock.advance(0);
    lifecycle.shutdown('the lease was lost', true);
    await clock.advance(5_000);
    assert.equal(await ended, 1);
    assert.deepEqual(told.slice(2), ['stopping: the lease was lost', 'server overdue', 'store stopped']);
  });
});

describe('Health', () => {
  test('liveness is tied to progress, readiness to claims, and both name what is wrong', async (t) => {
    const clock = new ManualClock();
    const health = new Health(clock);
    let progressAt = clock.now();
    let isSynced = false;
    health.requireProgress('queue', 60_000, () => progressAt);
    health.requireReady('first list', () => (isSynced ? { ok: true } : { ok: false, message: 'not there yet' }));
    health.requireReady('broken', () => {
      if (!isSynced) throw new Error('a broken check');
      return { ok: true };
    });
    const listener = await serveHttp(health.endpoints(), { port: 0, host: '127.0.0.1' });
    t.after(() => listener.close());
    const get = async (path: string): Promise<[number, string]> => {
      const answer = await fetch(`http://127.0.0.1:${listener.port}${path}`);
      return [answer.status, await answer.text()];
    };
    assert.deepEqual(await get('/healthz'), [200, '[+] queue ok\nok\n']);
    assert.deepEqual(await get('/readyz?verbose'), [
      503,
      '[-] first list: not there yet\n[-] broken: a broken check\nfailed\n',
    ]);
    isSynced = true;
    assert.equal((await get('/readyz'))[0], 200);
    await clock.advance(61_000);
    assert.deepEqual(await get('/healthz'), [503, '[-] queue: no progress for 1m1s (at most 1m)\nfailed\n']);
    progressAt = clock.now();
    assert.equal((await get('/healthz'))[0], 200);
    assert.equal((await get('/nowhere'))[0], 404);
  });

  test('a port that is taken is an error at start', async (t) => {
    const listener = await serveHttp({}, { port: 0, host: '127.0.0.1' });
    t.after(() => listener.close());
    await assert.rejects(serveHttp({}, { port: listener.port, host: '127.0.0.1' }), /EADDRINUSE/);
  });
});

describe('parseOptions', () => {
  const definitions = {
    tier: text({ env: 'TIER', help: 'the tier of this cluster', fallback: 'none' }),
    namespace: text({ env: 'NAMESPACE', help: 'where the lease is' }),
    replicas: integer({ help: 'how many', min: 0, max: 9, fallback: 2 }),
    soak: duration({ help: 'how long', fallback: 60_000, minMs: 1_000 }),
    level: oneOf(['info', 'debug'], { help: 'what is logged', fallback: 'info' }),
    'leader-elect': flag({ help: 'whether to elect a leader', fallback: true }),
    dry: flag({ help: 'change nothing' }),
    arg: list({ env: 'ARGS', help: 'may be repeated' }),
  };
  const defaults = {
    tier: 'none',
    namespace: 'n',
    replicas: 2,
    soak: 60_000,
    level: 'info',
    'leader-elect': true,
    dry: false,
    arg: [],
  };

  const good: Record<string, { argv: string[]; env?: Record<string, string>; want: object }> = {
    defaults: { argv: ['--namespace', 'n'], want: {} },
    'Go style': { argv: ['-namespace=n', '-leader-elect=false', '-dry'], want: { 'leader-elect': false, dry: true } },
    'the environment': {
      argv: [],
      env: { NAMESPACE: 'n', TIER: 'test', ARGS: 'a, b' },
      want: { tier: 'test', arg: ['a', 'b'] },
    },
    'a flag before the environment': {
      argv: ['--namespace=n', '--tier', 'flag'],
      env: { TIER: 'env' },
      want: { tier: 'flag' },
    },
    'repeated flags in order': { argv: ['--namespace=n', '--arg=b', '--arg', 'a,c'], want: { arg: ['b', 'a,c'] } },
    'values with = and -': { argv: ['--namespace=n', '--tier=a=b', '--arg', '-x'], want: { tier: 'a=b', arg: ['-x'] } },
    'typed values': {
      argv: ['--namespace=n', '--replicas=9', '--soak=1m30s', '--level=debug'],
      want: { replicas: 9, soak: 90_000, level: 'debug' },
    },
  };
  for (const [name, { argv, env = {}, want }] of Object.entries(good)) {
    test(`reads ${name}`, () => {
      assert.deepEqual(parseOptions(definitions, argv, env), { ok: true, options: { ...defaults, ...want } });
    });
  }

  test('tells all mistakes at once, each with where it is and what is expected', () => {
    const argv = [
      '--replicas=12',
      '--soak=10',
      '--level=loud',
      '--dry=maybe',
      '--__proto__=1',
      '--nosuch',
      'word',
      '--tier',
    ];
    assert.deepEqual(parseOptions(definitions, argv, { TIER: '' }), {
      ok: false,
      problems: [
        'unknown argument "--__proto__=1"; --help lists what there is',
        'unknown argument "--nosuch"; --help lists what there is',
        'unknown argument "word"; --help lists what there is',
        '--tier needs a value',
        '--namespace is required (or set NAMESPACE): where the lease is',
        '--replicas is "12", expected a whole number from 0 to 9',
        '--soak is "10", expected a duration such as 30s, 10m or 1h30m',
        '--level is "loud", expected one of info, debug',
        '--dry is "maybe", expected true or false',
      ],
    });
  });

  const addresses: [string, object | undefined][] = [
    [':8080', { port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['[::1]:9990', { host: '::1', port: 9990 }],
    ['8080', undefined],
    [':65536', undefined],
    ['::1:80', undefined],
  ];
  for (const [raw, listen] of addresses) {
    test(`${raw} is ${listen === undefined ? 'no address' : 'an address'}`, () => {
      const parsed = parseOptions({ at: address({ help: 'where', fallback: { port: 1 } }) }, ['--at', raw], {});
      assert.deepEqual(parsed.ok ? parsed.options.at : undefined, listen);
    });
  }

  test('help names each option and its variable', () => {
    const help = describeOptions(definitions);
    assert.match(help, /--tier \[TIER\]\n {6}the tier of this cluster/);
    assert.equal(help.split('\n').length, 2 * Object.keys(definitions).length);
  });
});
