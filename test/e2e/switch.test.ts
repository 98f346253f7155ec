import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubectl } from '../harness/index.ts';
import { skipperArgs } from '../harness/scenario/index.ts';
import { aFleetOf, namespace, type Play } from './support/play.ts';

const parsed = (args: readonly string[]) => args.map((arg) => arg.split('=', 1)[0]);

async function movesToExec(play: Play): Promise<void> {
  await play.personSets({ mode: 'Exec' });
  await play.phaseIs('Moved');
}

async function isWiredToTheRouteServer(play: Play): Promise<void> {
  const args = await play.skipperArgs();
  const flags = parsed(args);
  assert.equal(flags.filter((flag) => flag === '-routes-urls').length, 1);
  assert.deepEqual(
    flags.filter((flag) => /kubernetes/.test(flag ?? '')),
    [],
    'no data-client flag is left',
  );
  const running = ['-l', 'app=skipper', '--field-selector=status.phase=Running', '-o', 'json'];
  const pods = await kubectl(play.cluster, ['-n', namespace, 'get', 'pods', ...running]);
  const { items } = JSON.parse(pods) as { items: { spec: { containers: { args: string[] }[] } }[] };
  for (const { spec } of items) assert.deepEqual(spec.containers[0]?.args, args);
}

test('a fleet goes to Exec, back to False and is restored byte for byte; no request fails', async (t) => {
  const play = await aFleetOf(t, 3);
  const before = await play.skipper();
  assert.deepEqual(await play.skipperArgs(), skipperArgs);

  await movesToExec(play);
  await isWiredToTheRouteServer(play);
  const status = await play.statusShows(
    'agreement in Exec, and every Skipper with the table',
    ({ shadow, skippers }) => shadow?.verdict === 'InSync' && skippers?.converged === 3,
  );
  assert.equal(status.effectiveMode, 'Exec');
  assert.deepEqual(status.skippers, { total: 3, direct: 0, routeServer: 3, converged: 3 });
  const shown = await kubectl(play.cluster, ['-n', namespace, 'get', 'rsc']);
  assert.match(shown, /ingress\s+Exec\s+Exec\s+100\s+InSync\s+True/);

  await play.personSets({ mode: 'False' });
  await play.phaseIs('Off');
  const after = await play.skipper();
  assert.equal(JSON.stringify(after.spec.template), JSON.stringify(before.spec.template));
  assert.deepEqual(after.metadata.annotations?.['routesrv.dev/original-wiring'], undefined);
  await play.nothingOfOursIsLeft();

  await movesToExec(play);
  await play.personDeletes();
  await play.configIsGone();
  assert.equal(JSON.stringify((await play.skipper()).spec.template), JSON.stringify(before.spec.template));
  await play.nothingOfOursIsLeft();
  await play.noRequestFailed();
  await play.usersObjectsAreUntouched();
  await play.tellEvents();
});
