import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleetOf, type Play } from './support/play.ts';

type Kill = (play: Play) => Promise<void>;

/** False → Exec → False, with something killed in the middle of each transition. */
async function thereAndBack(play: Play, victim: string, kill: Kill): Promise<void> {
  const before = await play.skipper();
  play.say(`--- killing ${victim} in each transition`);
  await play.personSets({ mode: 'Exec' });
  await play.statusShows('the route server being created', ({ phase }) => phase === 'Starting');
  await kill(play);
  await play.statusShows('Skippers being switched', ({ phase }) => phase === 'Switching' || phase === 'Moved');
  await kill(play);
  const moved = await play.phaseIs('Moved');
  assert.equal(moved.skippers?.routeServer, 3);

  await play.personSets({ mode: 'False' });
  await play.statusShows('Skippers being taken back', ({ phase }) => phase === 'Returning' || phase === 'Off');
  await kill(play);
  await play.phaseIs('Off');
  await play.nothingOfOursIsLeft();
  assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));
}

test('the operator or a route server killed in the middle of a transition changes nothing', async (t) => {
  const play = await aFleetOf(t, 3);
  const before = await play.skipper();
  await thereAndBack(play, 'the operator', (of) => of.killOperator());
  await thereAndBack(play, 'a route server', (of) => of.killARouteServer());

  play.say('--- killing the operator while the object is deleted');
  await play.personSets({ mode: 'Exec' });
  await play.phaseIs('Moved');
  await play.personDeletes();
  await play.killOperator();
  await play.configIsGone();
  await play.nothingOfOursIsLeft();
  assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));
  await play.noRequestFailed();
});

// Traffic goes to Ingresses only: for some 200 ms after its start, an API server answers 503 for RouteGroups, and a
// Skipper that polls in that moment takes this for "there are none" (v0.27.65, clusterclient.go, fetchClusterState).
// It drops their routes until its next poll, with or without a route server in the cluster. docs/guide/upstream.md
test('the API server killed in the middle of a transition changes nothing', async (t) => {
  const play = await aFleetOf(t, 3, { trafficTo: 'Ingress' });
  await thereAndBack(play, 'the API server', (of) => of.killApiServer());
  await play.noRequestFailed();
});
