import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FINALIZER } from '../api/index.ts';
import { kinds } from '../kube/index.ts';
import type { KubeObject as Manifest } from '../manifests/index.ts';
import type { Intents } from '../rollout/index.ts';
import { aConfig, aDeployment, fedArgs, namespace, target } from './builder.test-support.ts';
import { carryOut, needsFinalizer, type Hands, type Seen } from './carry-out.ts';
import { companionPlans } from './companions.ts';
import { decodeDeployment } from './decode.ts';
import type { OwnedObject } from './world.ts';

const nothing: Intents = {
  ...{ finalizer: 'AsIs', routeServer: 'AsIs', fedSentinel: 'AsIs', directSentinel: 'AsIs' },
  ...{ fedCompanion: 'AsIs', directCompanion: 'AsIs', skipperWiring: 'AsIs' },
};
const all: Intents = {
  ...{ finalizer: 'Present', routeServer: 'Present', fedSentinel: 'Present', directSentinel: 'Present' },
  ...{ fedCompanion: { replicas: 2, step: 40 }, directCompanion: { replicas: 1, step: 75 } },
  skipperWiring: 'RouteServer',
};
const none: Intents = {
  ...{ finalizer: 'Absent', routeServer: 'Absent', fedSentinel: 'Absent', directSentinel: 'Absent' },
  ...{ fedCompanion: 'Absent', directCompanion: 'Absent', skipperWiring: 'Direct' },
};

const manifest = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Service', metadata: { name, namespace } });
const there = (name: string): readonly OwnedObject[] => [{ kind: kinds.Service, object: manifest(name) }];
const config = aConfig({}, { finalizers: [FINALIZER] });
const skipper = decodeDeployment(aDeployment());
const plans = companionPlans({ serviceSelectors: () => [] }, config, skipper) ?? assert.fail('no plans');

const seen: Seen = {
  ...{ config, skipper, target, mounted: undefined },
  wanted: { routeServer: [manifest('rs')], fedSentinel: manifest('fed'), directSentinel: manifest('direct'), ...plans },
  present: {
    routeServer: there('rs'),
    fedSentinel: there('fed'),
    directSentinel: there('direct'),
    fedCompanion: there('fed-companion'),
    directCompanion: there('direct-companion'),
  },
};

/** What is done, in its order; fails where `failsAt` says so. */
async function done(intents: Intents, change: Partial<Seen> = {}, failsAt?: string): Promise<readonly string[]> {
  const steps: string[] = [];
  const act = (step: string): Promise<void> => {
    steps.push(step);
    return step === failsAt ? Promise.reject(new Error('refused')) : Promise.resolve();
  };
  const names = (objects: readonly { metadata: { name: string } }[]): string =>
    objects.map(({ metadata }) => metadata.name).join();
  const hands: Hands = {
    applier: {
      apply: (manifests) => act(`apply ${names(manifests)}`),
      prune: (wanted, present) => act(`prune ${names(present.map(({ object }) => object))} but ${names(wanted)}`),
    },
    client: {
      patch: async (kind, key) => {
        await act(`patch ${kind.kind} ${key.name}`);
        return aDeployment();
      },
    },
    world: { expectDeployment: () => undefined, owned: () => [] },
    setFinalizer: (_, present) => act(`finalizer ${present ? 'on' : 'off'}`),
  };
  await carryOut(hands, { ...seen, ...change }, intents).catch(() => steps.push('stopped'));
  return steps;
}

const cases: Readonly<Record<string, { intents: Intents; change?: Partial<Seen>; want: readonly string[] }>> = {
  'nothing when all stays as it is': { intents: nothing, want: [] },
  'what Skippers need before their wiring': {
    intents: all,
    want: [
      'apply rs',
      'prune rs but rs',
      'apply fed',
      'apply direct',
      'apply ingress-fed-companion',
      'apply ingress-direct-companion',
      'patch Deployment skipper-ingress',
    ],
  },
  'what they used after their wiring, and the finalizer last': {
    intents: none,
    change: { skipper: decodeDeployment(aDeployment({ args: fedArgs })) },
    want: [
      'prune fed but ',
      'prune direct but ',
      'prune fed-companion but ',
      'prune direct-companion but ',
      'prune rs but ',
      'finalizer off',
    ],
  },
  'no finalizer off that is not on': {
    intents: { ...nothing, finalizer: 'Absent' },
    change: { config: aConfig() },
    want: [],
  },
  'nothing to the args of a fleet that has its own already': {
    intents: { ...nothing, skipperWiring: 'Direct' },
    want: [],
  },
  'nothing to a fleet that is gone': {
    intents: { ...nothing, skipperWiring: 'RouteServer' },
    change: { skipper: undefined },
    want: [],
  },
  'nothing that nobody can derive any more': {
    intents: { ...all, skipperWiring: 'AsIs' },
    change: { wanted: undefined },
    want: [],
  },
};

describe('carrying out does', () => {
  for (const [name, { intents, change, want }] of Object.entries(cases)) {
    test(name, async () => {
      assert.deepEqual(await done(intents, change), want);
    });
  }

  test('nothing after the first failure: no Skipper is wired to what is not there', async () => {
    assert.deepEqual(await done(all, {}, 'apply rs'), ['apply rs', 'stopped']);
    assert.deepEqual((await done(none, {}, 'prune fed-companion but ')).slice(-2), [
      'prune fed-companion but ',
      'stopped',
    ]);
  });
});

describe('a finalizer is needed first', () => {
  const deleted = { deletionTimestamp: '2026-01-31T09:00:00Z' };
  const needs: Readonly<Record<string, { metadata: object; intents: Intents; want: boolean }>> = {
    'on an object without it': { metadata: {}, intents: all, want: true },
    'not on one that has it': { metadata: { finalizers: [FINALIZER] }, intents: all, want: false },
    'not on one that is deleted, which takes no new ones': { metadata: deleted, intents: all, want: false },
    'not where none is wanted': { metadata: {}, intents: nothing, want: false },
  };
  for (const [name, { metadata, intents, want }] of Object.entries(needs)) {
    test(name, () => {
      assert.equal(needsFinalizer(aConfig({}, metadata), intents), want);
    });
  }
});
