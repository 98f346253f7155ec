/** What the API server refuses, and with which words: every bound, pattern, enum and CEL rule of the CRD. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routeServerConfigSchema } from '../../../src/api/v1alpha1/schema.ts';
import type { Schema } from '../../../src/api/v1alpha1/schema/kit.ts';
import { bootConfigServer, config, type ConfigServer } from './server.ts';

let server: ConfigServer;
const complaints: string[] = [];

/** The server's complaint about an object, remembered for the last test of this file. */
async function complaintAbout(object: object): Promise<string> {
  const complaint = (await server.complaint(object)) ?? 'nothing';
  complaints.push(complaint);
  return complaint;
}

before(async () => {
  server = await bootConfigServer('api-refusals');
});
after(() => server.stop());

interface Refusal {
  readonly spec: object;
  /** A part of the complaint: the field's path and what is wrong. */
  readonly says: string;
}

const skipper = { deploymentRef: { name: 'skipper-ingress' } };

const refusals: Readonly<Record<string, Readonly<Record<string, Refusal>>>> = {
  'the switch': {
    'an unquoted False, which YAML reads as a boolean': {
      spec: { mode: false },
      says: 'spec.mode: Invalid value: "boolean": spec.mode in body must be of type string: "boolean"',
    },
    'a mode in small letters': {
      spec: { mode: 'exec' },
      says: 'spec.mode: Unsupported value: "exec": supported values: "False", "Pre", "Exec"',
    },
    'less than 0 percent': {
      spec: { rolloutPercentage: -1 },
      says: 'spec.rolloutPercentage in body should be greater than or equal to 0',
    },
    'more than 100 percent': {
      spec: { rolloutPercentage: 101 },
      says: 'spec.rolloutPercentage in body should be less than or equal to 100',
    },
    'half a percent': {
      spec: { rolloutPercentage: 0.5 },
      says: 'spec.rolloutPercentage in body must be of type int32: "float64"',
    },
    'a percentage as text': { spec: { rolloutPercentage: '50' }, says: 'must be of type integer: "string"' },
  },
  'the fleet': {
    'no Skipper': { spec: { skipper: null }, says: 'spec.skipper: Required value' },
    'no Deployment': { spec: { skipper: {} }, says: 'spec.skipper.deploymentRef: Required value' },
    'a Deployment without a name': {
      spec: { skipper: { deploymentRef: { name: '' } } },
      says: 'spec.skipper.deploymentRef.name in body should be at least 1 chars long',
    },
    'a name that no object can have': {
      spec: { skipper: { deploymentRef: { name: 'Skipper' } } },
      says: 'spec.skipper.deploymentRef.name in body should match',
    },
    'an unknown wiring': {
      spec: { skipper: { ...skipper, wiring: 'Env' } },
      says: 'spec.skipper.wiring: Unsupported value: "Env": supported values: "Args", "ConfigFile"',
    },
    'ConfigFile without a ConfigMap': {
      spec: { skipper: { ...skipper, wiring: 'ConfigFile' } },
      says: 'spec.skipper.configMapName: Required value: wiring ConfigFile needs configMapName',
    },
    'a ConfigMap without ConfigFile': {
      spec: { skipper: { ...skipper, configMapName: 'routes' } },
      says: 'spec.skipper.configMapName: Forbidden: configMapName is for wiring ConfigFile',
    },
    'a port that is none': {
      spec: { skipper: { ...skipper, supportPort: 70_000 } },
      says: 'spec.skipper.supportPort in body should be less than or equal to 65535',
    },
  },
  'the route server': {
    'replicas beside autoscaling': {
      spec: { routeServer: { replicas: 2, autoscaling: {} } },
      says: 'spec.routeServer: Invalid value: set replicas or autoscaling, not both',
    },
    'fewer replicas at most than at least': {
      spec: { routeServer: { autoscaling: { minReplicas: 11 } } },
      says: 'spec.routeServer.autoscaling: Invalid value: minReplicas must not exceed maxReplicas',
    },
    'no replica at all': {
      spec: { routeServer: { replicas: 0 } },
      says: 'spec.routeServer.replicas in body should be greater than or equal to 1',
    },
    'an image with a space': {
      spec: { routeServer: { image: 'routesrv latest' } },
      says: 'spec.routeServer.image in body should match',
    },
    "a label that is the operator's own": {
      spec: { routeServer: { podLabels: { 'routesrv.dev/config': 'x' } } },
      says: 'labels under routesrv.dev/ and app.kubernetes.io/ are set by the operator',
    },
    'a quantity that is none': {
      spec: { routeServer: { resources: { requests: { cpu: 'much' } } } },
      says: 'spec.routeServer.resources.requests.cpu in body should match',
    },
    'a variable with two values': {
      spec: {
        routeServer: { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }] },
      },
      says: 'spec.routeServer.env[0]: Invalid value: set value or valueFrom, not both',
    },
    'a variable from nowhere': {
      spec: { routeServer: { env: [{ name: 'A', valueFrom: {} }] } },
      says: 'set exactly one of configMapKeyRef, secretKeyRef, fieldRef',
    },
    'a variable twice': {
      spec: { routeServer: { env: [{ name: 'A' }, { name: 'A' }] } },
      says: 'spec.routeServer.env[1]: Duplicate value: {"name":"A"}',
    },
    'a typo inside an affinity': {
      spec: { routeServer: { affinity: { podAntiAfinity: {} } } },
      says: 'unknown field "spec.routeServer.affinity.podAntiAfinity"',
    },
  },
  'the shadow': {
    'an interval without a unit': {
      spec: { shadow: { interval: '30' } },
      says: 'spec.shadow.interval in body should match',
    },
    'an interval too short': {
      spec: { shadow: { interval: '500ms' } },
      says: 'spec.shadow.interval: Invalid value: "500ms": must be from 1s to 1h',
    },
    'a freshness budget too long': {
      spec: { shadow: { freshnessBudget: '61m' } },
      says: 'spec.shadow.freshnessBudget: Invalid value: "61m": must be from 1s to 1h',
    },
    'no sample': {
      spec: { shadow: { samples: 0 } },
      says: 'spec.shadow.samples in body should be greater than or equal to 1',
    },
    'a tolerance for everything': {
      spec: { shadow: { tolerate: [{ reason: 'never mind' }] } },
      says: 'spec.shadow.tolerate[0]: Invalid value: set route, class or both',
    },
    'a tolerance without a reason': {
      spec: { shadow: { tolerate: [{ route: '^a' }] } },
      says: 'spec.shadow.tolerate[0].reason: Required value',
    },
    'an expression that cannot be compiled': {
      spec: { shadow: { tolerate: [{ route: '(', reason: 'typo' }] } },
      says: 'must be a regular expression that RE2 accepts',
    },
    'an unknown class of difference': {
      spec: { shadow: { tolerate: [{ class: 'Any', reason: 'typo' }] } },
      says: 'spec.shadow.tolerate[0].class: Unsupported value: "Any"',
    },
  },
  'the rollout': {
    'steps that descend': {
      spec: { rollout: { steps: [10, 1, 100] } },
      says: 'spec.rollout.steps: Invalid value: steps must ascend, each one once',
    },
    'a step twice': {
      spec: { rollout: { steps: [10, 10, 100] } },
      says: 'spec.rollout.steps: Invalid value: steps must ascend, each one once',
    },
    'steps that end before 100': {
      spec: { rollout: { steps: [10, 50] } },
      says: 'spec.rollout.steps: Invalid value: the last step must be 100',
    },
    'no step': { spec: { rollout: { steps: [] } }, says: 'spec.rollout.steps in body should have at least 1 items' },
    'a step of 0': { spec: { rollout: { steps: [0, 100] } }, says: 'should be greater than or equal to 1' },
    'a bake in days': {
      spec: { rollout: { bake: '14d' } },
      says: 'spec.rollout.bake: Invalid value: "14d": must be from 0s to 8760h, in hours, minutes, seconds, such as 336h',
    },
    'a soak too long': { spec: { rollout: { stepSoak: '721h' } }, says: 'must be from 0s to 720h' },
    'a bake too long': { spec: { rollout: { bake: '8761h' } }, says: 'must be from 0s to 8760h' },
    'a negative time': { spec: { rollout: { inSyncFor: '-1m' } }, says: 'spec.rollout.inSyncFor in body should match' },
    'an unknown approval': {
      spec: { rollout: { approval: 'Auto' } },
      says: 'spec.rollout.approval: Unsupported value',
    },
    'an unknown way with errors that are not counted': {
      spec: { rollout: { uncountedErrors: 'Warn' } },
      says: 'spec.rollout.uncountedErrors: Unsupported value',
    },
  },
  'fallback and client balancer': {
    'a fallback at once': { spec: { fallback: { after: '0s' } }, says: 'must be from 1s to 24h' },
    'a negative budget': {
      spec: { fallback: { maxDirectPollers: -1 } },
      says: 'spec.fallback.maxDirectPollers in body should be greater than or equal to 0',
    },
    'a client balancer without its switch': {
      spec: { clientBalancer: { percentage: 10 } },
      says: 'spec.clientBalancer.enabled: Required value',
    },
    'a client balancer without its share': {
      spec: { clientBalancer: { enabled: true } },
      says: 'spec.clientBalancer.percentage: Required value',
    },
    "a client balancer's ConfigMap that is a route server's": {
      spec: { clientBalancer: { enabled: true, percentage: 10, configMapName: 'ingress-routesrv-flags' } },
      says: 'configMapName must not end with -routesrv-flags',
    },
  },
  tiers: {
    'a tier twice': {
      spec: {
        tiers: [
          { name: 'test', mode: 'Pre' },
          { name: 'test', mode: 'Exec' },
        ],
      },
      says: 'spec.tiers[1]: Duplicate value: {"name":"test"}',
    },
    'an unquoted False in a tier': {
      spec: { tiers: [{ name: 'test', mode: false }] },
      says: 'spec.tiers[0].mode: Invalid value: "boolean"',
    },
    'a tier that says nothing': {
      spec: { tiers: [{ name: 'test' }] },
      says: 'spec.tiers[0]: Invalid value: a tier entry sets mode, rolloutPercentage or both',
    },
    'a tier with a name that is no DNS label': {
      spec: { tiers: [{ name: 'Test tier', mode: 'Pre' }] },
      says: 'spec.tiers[0].name in body should match',
    },
  },
  'unknown fields': {
    'a field that does not exist': { spec: { percentage: 3 }, says: 'unknown field "spec.percentage"' },
  },
};

for (const [subject, cases] of Object.entries(refusals)) {
  describe(`the API server refuses, of ${subject},`, () => {
    for (const [name, { spec, says }] of Object.entries(cases)) {
      test(name, async () => {
        const complaint = await complaintAbout(config(spec));
        assert.ok(complaint.includes(says), `complained of: ${complaint}\nand not: ${says}`);
      });
    }
  });
}

describe('the API server accepts', () => {
  const accepted: Readonly<Record<string, object>> = {
    'the least that can be written': {},
    'a quoted False': { mode: 'False' },
    'both ends of the percentage': { rolloutPercentage: 0, tiers: [{ name: 'test', rolloutPercentage: 100 }] },
    'a single step': { rollout: { steps: [100] } },
    'soaks of no time at all': { rollout: { stepSoak: '0s', inSyncFor: '0s', bake: '0s' } },
    'composed durations': { rollout: { bake: '1h30m' }, shadow: { interval: '1.5s' } },
    'autoscaling with its defaults': { routeServer: { autoscaling: {} } },
    'quantities as numbers': { routeServer: { resources: { limits: { cpu: 1, memory: '1Gi' } } } },
    'a tolerance by class alone': { shadow: { tolerate: [{ class: 'EndpointLag', reason: 'scaled each minute' }] } },
  };
  for (const [name, spec] of Object.entries(accepted)) {
    test(name, async () => {
      assert.equal(await server.complaint(config(spec)), undefined);
    });
  }
});

describe('names', () => {
  const longest = `a${'b'.repeat(39)}`;
  test('of 40 characters are accepted', async () => {
    assert.equal(await server.complaint(config({}, longest)), undefined);
  });
  for (const name of [`${longest}c`, '1st', 'a.b']) {
    test(`such as "${name}" are refused, for Services are named after it`, async () => {
      assert.match(await complaintAbout(config({}, name)), /metadata\.name must be at most 40 characters/);
    });
  }
});

test('every rule of the schema was broken by one of these cases', () => {
  const unbroken = messagesIn(routeServerConfigSchema).filter(
    (message) => !complaints.some((complaint) => complaint.includes(message)),
  );
  assert.deepEqual(unbroken, []);
});

/** Messages of all rules but those about a change, which crd.test.ts breaks. */
function messagesIn({ properties = {}, items, 'x-kubernetes-validations': rules = [] }: Schema): string[] {
  const own = rules.filter(({ rule }) => !rule.includes('oldSelf')).map(({ message = '' }) => message);
  return [...own, ...[...Object.values(properties), ...(items ? [items] : [])].flatMap(messagesIn)];
}
