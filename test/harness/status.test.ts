import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from './health.ts';
import type { Instance } from './instance/registry.ts';
import { verdict } from './status.ts';

const node: Instance = { id: 'local', level: 'node', index: 0, folder: '/nowhere' };
const controlPlane: Instance = { ...node, level: 'control-plane' };
const healthy: Health = { running: ['etcd'], notRunning: [], isApiServerReady: true, isNodeReady: true };

const cases: Record<string, { instance: Instance; health: Partial<Health>; want: RegExp }> = {
  'up when all runs and answers': { instance: node, health: {}, want: /^up$/ },
  'up without a node where none belongs': { instance: controlPlane, health: { isNodeReady: false }, want: /^up$/ },
  'down when nothing runs': { instance: node, health: { running: [], notRunning: ['etcd'] }, want: /^down$/ },
  'broken when a program has died, although the API server answers': {
    instance: node,
    health: { notRunning: ['kubelet'] },
    want: /^broken: kubelet not running/,
  },
  'not ready when the API server hangs': { instance: node, health: { isApiServerReady: false }, want: /API server/ },
  'not ready when no packet comes back from the node': { instance: node, health: { isNodeReady: false }, want: /node/ },
};
for (const [name, { instance, health, want }] of Object.entries(cases)) {
  test(`a cluster is ${name}`, () => {
    assert.match(verdict(instance, { ...healthy, ...health }), want);
  });
}
