import assert from 'node:assert/strict';
import { test } from 'node:test';
import { images, kubectl } from '../harness/index.ts';
import { eventually } from '../harness/scenario/index.ts';
import { aFleetOf, configName, namespace, type Play } from './support/play.ts';

/** The images that the route server's pods run, without repetition. */
async function runningImages({ cluster }: Play): Promise<string> {
  const selector = `routesrv.dev/config=${configName},app.kubernetes.io/component=route-server`;
  const running = ['--field-selector=status.phase=Running', '-o', 'jsonpath={.items[*].spec.containers[*].image}'];
  const text = await kubectl(cluster, ['-n', namespace, 'get', 'pods', '-l', selector, ...running]);
  return [...new Set(text.split(' '))].join(' ');
}

test("Zalando's Go routesrv takes our route server's place, and ours takes its, in Exec under traffic", async (t) => {
  const play = await aFleetOf(t, 2);
  const image = await images.load(play.cluster, 'go-routesrv');
  await play.personSets({ mode: 'Exec', routeServer: { image } });
  await play.phaseIs('Moved');
  const status = await play.statusShows('agreement with Go routesrv', ({ shadow }) => shadow?.verdict === 'InSync');
  assert.equal(status.routeServer?.image, image);

  await play.personSets({ mode: 'Exec' });
  await play.statusShows('our own, rolled out and in agreement', ({ shadow, routeServer, conditions = [] }) => {
    const isReady = conditions.some(({ type, status: value }) => type === 'Ready' && value === 'True');
    return isReady && shadow?.verdict === 'InSync' && routeServer?.image === play.images.routesrv;
  });
  // The last pod of the other image serves on for some seconds after it was told to stop.
  const onlyOurs = { what: 'the last pod of Go routesrv to end', deadlineMs: 60_000 };
  await eventually(onlyOurs, async () => (await runningImages(play)) === play.images.routesrv);
  await play.noRequestFailed();
});

test('our route server feeds a Skipper that was wired by hand, and stays until its args are put back', async (t) => {
  const play = await aFleetOf(t, 2);
  const before = await play.skipper();
  await play.personSets({ mode: 'Pre' });
  await play.phaseIs('Shadowing');
  const url = `http://${configName}-routesrv.${namespace}.svc.cluster.local/routes`;
  const container = before.spec.template.spec.containers[0];
  assert.ok(container);
  const byHand = [
    '-address=:9999',
    `-routes-urls=${url}`,
    '-wait-first-route-load',
    '-wait-for-healthcheck-interval=5s',
  ];
  const setArgs = async (args: readonly string[]): Promise<void> => {
    play.say(`person writes the args ${args.join(' ')}`);
    const volumes = [{ name: 'tmp', emptyDir: {} }];
    const mounts = [{ name: 'tmp', mountPath: '/tmp' }];
    const spec = { volumes, containers: [{ name: 'skipper', args, volumeMounts: mounts }] };
    const patch = JSON.stringify({ spec: { template: { spec } } });
    await kubectl(play.cluster, ['-n', namespace, 'patch', 'deployment', 'skipper', '--type=strategic', '-p', patch]);
    await kubectl(play.cluster, ['-n', namespace, 'rollout', 'status', 'deployment/skipper', '--timeout=120s']);
  };
  await setArgs(byHand);
  await play.statusShows('two Skippers on the route server', ({ skippers }) => skippers?.routeServer === 2);

  await play.personSets({ mode: 'False' });
  const stalled = await play.statusShows('that it does not know the way back', ({ conditions = [] }) =>
    conditions.some(({ type, status }) => type === 'Stalled' && status === 'True'),
  );
  assert.match(JSON.stringify(stalled.conditions), /args that the operator did not write/);
  await setArgs(container.args ?? []);
  await play.phaseIs('Off');
  await play.nothingOfOursIsLeft();
  await play.noRequestFailed();
});
