/** A GitOps tool that owns Skipper's Deployment, and puts its args back while the fleet reads from the route server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { kubectl } from '../harness/index.ts';
import { get, skipperArgs, type Manifest } from '../harness/scenario/index.ts';
import { aFleetOf, messageOf, namespace, type Play } from './support/play.ts';

/** How often the tool looks for drift. Argo CD looks at once when it watches the object. */
const lookEveryMs = 1_000;
const fieldManager = 'argocd-controller';
const deployment = ['deployment', 'skipper', '-n', namespace] as const;

/** The Deployment as it lies in Git. */
async function inGit(play: Play): Promise<Manifest> {
  const found = await get<{ spec: unknown }>(play.cluster, deployment);
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'skipper', namespace }, spec: found?.spec };
}

/** Puts `manifest` back whenever the args differ from it, as self-healing does; gives how often that was. */
async function selfHeal(play: Play, manifest: Manifest, signal: AbortSignal): Promise<number> {
  const force = ['apply', '--server-side', '--force-conflicts', `--field-manager=${fieldManager}`, '-f', '-'];
  let times = 0;
  while (!signal.aborted) {
    if (String(await play.skipperArgs()) !== String(skipperArgs)) {
      await kubectl(play.cluster, force, { input: JSON.stringify(manifest) });
      times += 1;
      play.say(`${fieldManager} puts Skipper's own args back`);
    }
    await pause(lookEveryMs);
  }
  return times;
}

test('a GitOps tool that takes the args back is named and given way to; no request fails', async (t) => {
  const play = await aFleetOf(t, 2);
  const manifest = await inGit(play);
  const before = await play.skipper();
  await play.personSets({ mode: 'Exec' });
  await play.phaseIs('Moved');

  play.say('--- self-healing begins');
  const stopped = new AbortController();
  const healing = selfHeal(play, manifest, stopped.signal);
  try {
    const status = await play.statusShows('that the operator gives way, and every Skipper polls', (seen) => {
      const { direct, routeServer } = seen.skippers ?? {};
      return messageOf(seen, 'Stalled True WiringContested') !== undefined && direct === 2 && routeServer === 0;
    });
    assert.match(
      messageOf(status, 'Stalled True WiringContested') ?? '',
      new RegExp(`^${fieldManager} keeps resetting`),
    );
    assert.deepEqual(status.wiring, { attempts: 3, contestedBy: fieldManager });
    assert.deepEqual(await play.skipperArgs(), skipperArgs);
  } finally {
    stopped.abort();
  }
  // Once for the first wiring, and once for each of the operator's three attempts.
  assert.equal(await healing, 4);

  play.say('--- the tool is told to ignore the args, and a person begins anew');
  await play.personSets({ mode: 'Pre' });
  await play.phaseIs('Shadowing');
  assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));
  await play.personSets({ mode: 'Exec' });
  await play.phaseIs('Moved');
  await play.noRequestFailed();
  await play.tellEvents();
});
