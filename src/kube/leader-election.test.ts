/** The election against an API server that misbehaves on order. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { FaultyApi, hurriedClock, until } from '../../test/harness/faulty-api/index.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { createLogger } from '../telemetry/index.ts';
import { LeaderElection } from './leader-election.ts';
import type { LeaderElectionOptions } from './leader-election.ts';
import { kinds } from './resource-kind.ts';

const path = '/apis/coordination.k8s.io/v1/leases';
const lease = { namespace: 'kube-system', name: 'routesrv' };
const log = createLogger({ name: 'test', level: 'silent' });

interface LeaseSpec {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

describe('LeaderElection', () => {
  let api: FaultyApi;
  const running: LeaderElection[] = [];
  beforeEach(async () => {
    api = await FaultyApi.start();
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((election) => election.stop()));
    await api.stop();
  });

  function candidate(identity: string, options: Partial<LeaderElectionOptions> = {}): LeaderElection {
    const client = api.client({ timeoutMs: 1_000 });
    const made = new LeaderElection({
      client,
      clock: hurriedClock(10),
      log,
      lease,
      identity,
      random: () => 0,
      ...options,
    });
    running.push(made);
    made.start();
    return made;
  }
  function spec(): LeaseSpec {
    return api.collection(path).objects.get('kube-system/routesrv')?.['spec'] as LeaseSpec;
  }
  function leads(election: LeaderElection): Promise<unknown> {
    return until('it leads', () => election.isLeader);
  }

  test('trap 10, MicroTime: the lease carries six digits of a second, and who, how long, how often', async () => {
    let elected = 0;
    await leads(candidate('one', { onElected: () => (elected += 1) }));
    const written = spec();
    assert.match(written.renewTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    assert.equal(written.acquireTime, written.renewTime);
    assert.deepEqual([written.holderIdentity, written.leaseDurationSeconds, written.leaseTransitions], ['one', 15, 0]);
    await until('it was renewed', () => spec().renewTime !== written.renewTime);
    assert.equal(spec().acquireTime, written.acquireTime);
    assert.equal(elected, 1);
  });

  test('of several candidates one leads', async () => {
    const candidates = ['one', 'two', 'three'].map((identity) => candidate(identity));
    await until('one leads', () => candidates.some(({ isLeader }) => isLeader));
    const renewals = (): number => api.requests.filter(({ method }) => method === 'PUT').length;
    await until('the lease was renewed some times', () => renewals() > 5);
    assert.equal(candidates.filter(({ isLeader }) => isLeader).length, 1);
  });

  test('a lease that is given back is taken at once, as a new term', async () => {
    const first = candidate('one');
    await leads(first);
    const second = candidate('two');
    await first.stop();
    assert.equal(spec().holderIdentity, '');
    await leads(second);
    assert.equal(spec().leaseTransitions, 1);
    assert.equal(first.isLeader, false);
  });

  test('a lease whose holder is gone is taken when it has run out by our own watch, not by its timestamps', async () => {
    const clock = hurriedClock(10);
    const stale = { holderIdentity: 'dead', leaseDurationSeconds: 15, renewTime: '1999-01-01T00:00:00.000000Z' };
    api.collection(path).put({ metadata: lease, spec: stale });
    const startedAt = clock.monotonic();
    await leads(candidate('one', { clock }));
    assert.ok(clock.monotonic() - startedAt >= 15_000);
  });

  const T0 = Date.UTC(2026, 0, 31, 9);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const predecessors: Record<string, { lease: object | undefined; until: number | undefined }> = {
    'nobody led before': { lease: undefined, until: undefined },
    'the lease was given back a minute ago': {
      lease: { holderIdentity: '', leaseDurationSeconds: 1, renewTime: iso(T0 - 60_000) },
      until: T0 - 60_000,
    },
    'the lease ran out': {
      lease: { holderIdentity: 'dead', leaseDurationSeconds: 0, renewTime: iso(T0 - 60_000) },
      until: T0 - 60_000,
    },
    'the lease does not say when it was renewed': { lease: { holderIdentity: '' }, until: T0 },
    'the clock of the one before is ahead of ours': {
      lease: { holderIdentity: '', renewTime: iso(T0 + 60_000) },
      until: T0,
    },
  };
  for (const [name, { lease: spec, until: expected }] of Object.entries(predecessors)) {
    test(`tells until when another process was at work: ${name}`, async () => {
      const clock = new ManualClock(T0);
      if (spec !== undefined) api.collection(path).put({ metadata: lease, spec });
      const election = candidate('one', { clock });
      // A lease of another holder has to run out by our own watch first.
      const isLeading = (): boolean => election.isLeader;
      while (!isLeading()) {
        await until('it has tried', () => clock.pendingTimers > 0);
        if (!isLeading()) await clock.advance(2_000);
      }
      assert.equal(election.predecessorUntilMs, expected);
    });
  }

  test('a lease that cannot be renewed is lost before another may take it, and said once', async () => {
    const clock = hurriedClock(10);
    const lost: { reason: string; at: number }[] = [];
    const election = candidate('one', { clock, onLost: (reason) => lost.push({ reason, at: clock.monotonic() }) });
    await leads(election);
    const guard = election.writeGuard();
    const seen = api.requests.length;
    await until('it was renewed', () => api.requests.length > seen);
    api.faults.add({}, { type: 'cut' }, 1_000);
    const brokenAt = clock.monotonic();
    await until('it is lost', () => lost.length > 0);
    assert.deepEqual(
      lost.map(({ reason }) => reason),
      ['the lease could not be renewed in time'],
    );
    assert.ok(lost.every(({ at }) => at - brokenAt < 15_000));
    assert.equal(guard.signal.aborted, true);
    assert.throws(
      () => {
        guard.check();
      },
      { reason: 'LeaseLost' },
    );
    api.faults.clear();
    const tries = api.requests.length;
    await election.stop();
    assert.deepEqual([lost.length, api.requests.length], [1, tries]);
  });

  test('a lease that somebody else holds all the same is lost at once', async () => {
    const lost: string[] = [];
    const election = candidate('one', { onLost: (reason) => lost.push(reason) });
    await leads(election);
    api.collection(path).put({ metadata: lease, spec: { ...spec(), holderIdentity: 'usurper' } });
    await until('it is lost', () => lost.length === 1);
    assert.deepEqual(lost, ['usurper holds the lease']);
    assert.equal(spec().holderIdentity, 'usurper');
  });

  const standstills: Record<string, (clock: ManualClock) => void> = {
    'stopped by SIGSTOP': (clock) => {
      clock.freezeFor(11_000);
    },
    'asleep with its machine, where the monotonic clock stands still': (clock) => {
      clock.jumpWall(11_000);
    },
  };
  for (const [name, standStill] of Object.entries(standstills)) {
    test(`a process that was ${name} beyond its lease makes not one write afterwards`, async () => {
      const clock = new ManualClock();
      const lost: string[] = [];
      const election = candidate('one', { clock, onLost: (reason) => lost.push(reason) });
      await leads(election);
      const client = api.client().guardedBy(election.writeGuard());
      const name = 'config';
      await client.create(kinds.ConfigMap, { metadata: { namespace: 'n', name } });
      standStill(clock);
      assert.equal(election.isLeader, false);
      const seen = api.requests.length;
      await assert.rejects(client.delete(kinds.ConfigMap, { namespace: 'n', name }), { reason: 'LeaseLost' });
      await assert.rejects(client.delete(kinds.ConfigMap, { namespace: 'n', name }), { reason: 'LeaseLost' });
      assert.equal(api.requests.length, seen);
      assert.equal(lost.length, 1);
    });
  }

  test('a wall clock that is set back does not lengthen the term', async () => {
    const clock = new ManualClock();
    const election = candidate('one', { clock });
    await leads(election);
    clock.jumpWall(-3_600_000);
    assert.equal(election.isLeader, true);
    clock.freezeFor(10_000);
    assert.equal(election.isLeader, false);
  });

  test('limits that contradict each other are refused', () => {
    const options = { client: api.client(), clock: new ManualClock(), log, lease, identity: 'one' };
    assert.throws(
      () => new LeaderElection({ ...options, renewDeadlineMs: 15_000 }),
      /renew deadline \(15000\) < lease/,
    );
  });

  test('callbacks that throw do not end the election', async () => {
    const onElected = (): void => {
      throw new Error('a broken callback');
    };
    const election = candidate('one', { onElected });
    await leads(election);
    const first = spec().renewTime;
    await until('it is renewed all the same', () => spec().renewTime !== first);
  });
});
