import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podZone } from './pod-zone.ts';
import type { EnvVar } from './types.ts';

const target = { serviceUrl: 'http://ingress-routesrv.kube-system.svc.cluster.local' };

interface ZoneCase {
  readonly args: readonly string[];
  readonly env?: readonly EnvVar[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly want: string | undefined;
}
const zoneLabel = { 'topology.kubernetes.io/zone': 'eu-1b' };
const fromLabel: EnvVar = { name: 'ZONE', valueFrom: { fieldRef: { fieldPath: "metadata.labels['zone']" } } };
const cases: Readonly<Record<string, ZoneCase>> = {
  'a Skipper without a zone uses the whole table': { args: ['skipper', '-kubernetes'], want: '' },
  'a direct Skipper names its zone': { args: ['-kubernetes', '-kubernetes-topology-zone=eu-1a'], want: 'eu-1a' },
  'a fed Skipper reads its zone': { args: [`-routes-urls=${target.serviceUrl}/routes/eu-1a`], want: 'eu-1a' },
  'a fed Skipper reads the whole table': { args: [`-routes-urls=${target.serviceUrl}/routes`], want: '' },
  'a URL of somebody else names no zone': { args: ['-routes-urls=http://other/routes/eu-1a'], want: '' },
  'an escaped zone is read': { args: [`-routes-urls=${target.serviceUrl}/routes/eu%201`], want: 'eu 1' },
  'a variable is looked up in the env': {
    args: ['-kubernetes-topology-zone=$(ZONE)'],
    env: [{ name: 'ZONE', value: 'eu-1c' }],
    labels: zoneLabel,
    want: 'eu-1c',
  },
  "a variable from elsewhere is the pod's own zone": {
    args: [`-routes-urls=${target.serviceUrl}/routes/$(ZONE)`],
    env: [fromLabel],
    labels: zoneLabel,
    want: 'eu-1b',
  },
  'a variable of which nothing is known has no zone': {
    args: ['-kubernetes-topology-zone=$(ZONE)'],
    env: [fromLabel],
    want: undefined,
  },
};

for (const [name, { args, env = [], labels = {}, want }] of Object.entries(cases)) {
  test(name, () => {
    assert.equal(podZone({ spec: { containers: [{ name: 'skipper', args, env }] } }, labels, target), want);
  });
}
