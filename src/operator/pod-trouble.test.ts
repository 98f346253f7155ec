import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aPod, type PodShape } from './builder.test-support.ts';
import { decodePod } from './decode.ts';
import { kubeletsWords, troubleOf } from './pod-trouble.ts';

const ready = { type: 'Ready', status: 'True' };
const unready = { type: 'Ready', status: 'False' };
const waiting = (reason: string, message?: string) => ({ state: { waiting: { reason, message } } });
const failed = { exitCode: 1, reason: 'Error' };
const container = (status: object, restartCount = 0) => ({ name: 'routesrv', ready: false, restartCount, ...status });
const said = 'failed to resolve reference "registry.example/none:1": not found';
const ended = 'container routesrv ended with exit code 1 (Error)';

const cases: Readonly<Record<string, { status: object; want: string | undefined }>> = {
  'nothing of one that runs': {
    status: { containerStatuses: [container({ ready: true, lastState: { terminated: failed } }, 3)] },
    want: undefined,
  },
  'nothing of one that is made': {
    status: { containerStatuses: [container(waiting('ContainerCreating'))] },
    want: undefined,
  },
  'nothing of one that waits for what comes before it': {
    status: { containerStatuses: [container(waiting('PodInitializing'))] },
    want: undefined,
  },
  'nothing of one that has no status yet': { status: {}, want: undefined },
  'why an image cannot be pulled': {
    status: { containerStatuses: [container(waiting('ErrImagePull', said))] },
    want: `ErrImagePull: ${said}`,
  },
  'the same while it pauses before the next try': {
    status: {
      containerStatuses: [
        container(
          waiting('ImagePullBackOff', `Back-off pulling image "registry.example/none:1": ErrImagePull: ${said}`),
        ),
      ],
    },
    want: `ErrImagePull: ${said}`,
  },
  'that it pauses, when it does not say why': {
    status: { containerStatuses: [container(waiting('ImagePullBackOff', 'Back-off pulling image "none:1"'))] },
    want: 'ImagePullBackOff: Back-off pulling image "none:1"',
  },
  'that a name of an image is none': {
    status: { containerStatuses: [container(waiting('InvalidImageName'))] },
    want: 'InvalidImageName: no message',
  },
  'what a container lacks': {
    status: { containerStatuses: [container(waiting('CreateContainerConfigError', 'secret "a" not found'))] },
    want: 'CreateContainerConfigError: secret "a" not found',
  },
  'how one ended that is started once more': {
    status: { containerStatuses: [container({ state: { running: {} }, lastState: { terminated: failed } }, 1)] },
    want: ended,
  },
  'that one ends again and again, while it waits': {
    status: {
      containerStatuses: [
        container(
          {
            ...waiting('CrashLoopBackOff', 'back-off 40s restarting failed container'),
            lastState: { terminated: failed },
          },
          4,
        ),
      ],
    },
    want: `CrashLoopBackOff: ${ended}`,
  },
  'the same while it runs': {
    status: { containerStatuses: [container({ state: { running: {} }, lastState: { terminated: failed } }, 4)] },
    want: `CrashLoopBackOff: ${ended}`,
  },
  'the same when it has just ended': {
    status: { containerStatuses: [container({ state: { terminated: failed } }, 4)] },
    want: `CrashLoopBackOff: ${ended}`,
  },
  'what the program wrote at its end never': {
    status: { containerStatuses: [container({ state: { terminated: { ...failed, message: 'token=secret' } } })] },
    want: ended,
  },
  'that a container before it fails': {
    status: {
      initContainerStatuses: [container({ name: 'init', state: { terminated: { exitCode: 2 } } })],
      containerStatuses: [container(waiting('PodInitializing'))],
    },
    want: 'container init ended with exit code 2 (no reason)',
  },
  'nothing of a container before it that has done its work': {
    status: { initContainerStatuses: [container({ state: { terminated: { exitCode: 0 } } })] },
    want: undefined,
  },
  'no more than a person reads': {
    status: { containerStatuses: [container(waiting('CreateContainerError', 'x'.repeat(5_000)))] },
    want: `CreateContainerError: ${'x'.repeat(490)}`,
  },
};

describe('a pod repeats of the kubelet', () => {
  for (const [name, { status, want }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(decodePod(aPod('a', { status })).broken, want);
    });
  }
});

describe('of several pods', () => {
  const noPlace = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' };
  const broken = { containerStatuses: [container(waiting('ErrImageNeverPull', 'no image'))] };
  const one = (name: string, status: object, times: Pick<PodShape, 'deletionTimestamp' | 'creationTimestamp'> = {}) =>
    decodePod(aPod(name, { status, ...times }));
  const [early, late] = ['2026-01-31T09:00:00Z', '2026-01-31T09:00:01Z'].map((at) => ({ creationTimestamp: at }));

  test('the first by name is quoted of those of one age, and named', () => {
    const words = kubeletsWords([one('b', broken), one('a', broken)]);
    assert.equal(words, 'the kubelet says of pod a: ErrImageNeverPull: no image');
  });

  test('one that is ready, or on its way out, is no trouble', () => {
    const isReady = one('a', { ...broken, conditions: [ready] });
    const leaves = one('b', { ...broken, conditions: [unready] }, { deletionTimestamp: '2026-01-31T09:00:00Z' });
    assert.equal(troubleOf([isReady, leaves]), undefined);
  });

  test('the newest is heard, for those of an older template wait until it is there', () => {
    const unplaced = { conditions: [noPlace] };
    assert.equal(troubleOf([one('a', broken, early), one('b', unplaced, late)]), 'the scheduler says: 0/3 nodes');
    const words = troubleOf([one('a', unplaced, early), one('b', broken, late)]);
    assert.equal(words, 'the kubelet says of pod b: ErrImageNeverPull: no image');
  });

  test('nobody is quoted when all is well', () => {
    assert.equal(troubleOf([one('a', { conditions: [ready] })]), undefined);
  });
});
