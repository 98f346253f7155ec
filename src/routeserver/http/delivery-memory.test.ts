import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../runtime/manual-clock.ts';
import { DeliveryMemory } from './delivery-memory.ts';

interface Told {
  readonly client?: string;
  readonly etag?: string;
  readonly connection?: object;
  readonly isConditional?: boolean;
}

function aMemory(capacity?: number) {
  const clock = new ManualClock();
  const memory = new DeliveryMemory({ clock, ...(capacity === undefined ? {} : { capacity }) });
  const begin = ({ client = 'a', etag = '"1"', connection, isConditional = false }: Told = {}) => {
    const own = connection ?? {};
    const delivery = memory.begin({ client, etag, connection: own, isConditional });
    if (connection === undefined) memory.ended(own);
    return delivery;
  };
  /** Asks over a new connection, as Skipper does for each poll. */
  const holds = (client = 'a', etag = '"1"') => {
    const connection = {};
    const isHeld = memory.holds(client, etag, connection);
    memory.ended(connection);
    return isHeld;
  };
  return { clock, memory, begin, holds };
}

test('a client that was never served holds nothing', () => {
  assert.equal(aMemory().holds(), false);
});

test('a client that was served to the end holds that version and no other', () => {
  const { begin, holds } = aMemory();
  begin().completed();
  assert.deepEqual([holds('a', '"1"'), holds('a', '"2"'), holds('b', '"1"')], [true, false, false]);
});

test('a body that is still on its way is not held', () => {
  const { begin, holds } = aMemory();
  begin();
  assert.equal(holds(), false);
});

test('a client whose transfer broke holds nothing until it was served again and two polls have passed', async () => {
  const { clock, begin, holds } = aMemory();
  begin().completed();
  begin().broken();
  const afterTheCut = holds();
  begin().completed();
  const withinTwoPolls = holds();
  await clock.advance(10_000);
  assert.deepEqual([afterTheCut, withinTwoPolls, holds()], [false, false, true]);
});

test('a broken transfer of one version says nothing about the next one', () => {
  const { begin, holds } = aMemory();
  begin().broken();
  begin({ etag: '"2"' }).completed();
  assert.equal(holds('a', '"2"'), true);
});

test('a connection that was reset after the last byte counts as broken', () => {
  const { begin, holds } = aMemory();
  const delivery = begin();
  delivery.completed();
  delivery.broken();
  assert.equal(holds(), false);
});

test('the next request on a connection proves that the body before it arrived, also after another cut', () => {
  const { memory, begin } = aMemory();
  const connection = {};
  begin({ connection }).completed();
  begin().broken();
  assert.equal(memory.holds('a', '"1"', connection), true);
});

test('a Skipper that asks again at once, as after a failed transfer, is served once more', async () => {
  const { clock, begin, holds } = aMemory();
  begin({ isConditional: true }).completed();
  await clock.advance(249);
  const first = holds();
  begin({ isConditional: true }).completed();
  assert.deepEqual([first, holds()], [false, true], 'once per version, or a fast client would be served for ever');
});

test('a Skipper that asks again at its next tick holds what it was sent', async () => {
  const { clock, begin, holds } = aMemory();
  begin({ isConditional: true }).completed();
  await clock.advance(250);
  assert.equal(holds(), true);
});

/** A client that has polled every 1 s for a while, and is then sent an update that it may not have got. */
async function aClientWithTicks() {
  const { clock, memory, begin, holds } = aMemory();
  begin({ etag: '"0"' }).completed();
  for (let tick = 0; tick < 2; tick++) {
    await clock.advance(1_000);
    holds('a', '"0"');
  }
  await clock.advance(1_000);
  const poll = () => {
    const connection = {};
    const isHeld = memory.holds('a', '"1"', connection);
    if (!isHeld) memory.begin({ client: 'a', etag: '"1"', connection, isConditional: true }).completed();
    memory.ended(connection);
    return isHeld ? 'held' : 'sent';
  };
  begin({ isConditional: true }).completed();
  return { clock, poll };
}

test('a Skipper with a cut table retries at once, and is served then and at its next ticks', async () => {
  const { clock, poll } = await aClientWithTicks();
  await clock.advance(249);
  const retry = poll();
  await clock.advance(751);
  const nextTick = poll();
  await clock.advance(10_000);
  assert.deepEqual([retry, nextTick, poll()], ['sent', 'sent', 'held']);
});

test('a Skipper that comes between its ticks is served once more, and no oftener', async () => {
  const { clock, poll } = await aClientWithTicks();
  await clock.advance(749);
  const early = poll();
  await clock.advance(251);
  assert.deepEqual([early, poll()], ['sent', 'held']);
});

test('a Skipper that comes at its ticks is served once', async () => {
  const { clock, poll } = await aClientWithTicks();
  await clock.advance(1_000);
  const first = poll();
  await clock.advance(1_000);
  assert.deepEqual([first, poll()], ['held', 'held']);
});

test('clients that share an address, each with a connection of its own, each get the body', async () => {
  const { clock, memory, begin } = aMemory();
  const [first, second] = [{}, {}];
  begin({ connection: first }).completed();
  await clock.advance(200);
  const before = memory.holds('a', '"1"', second);
  begin({ connection: second }).completed();
  assert.deepEqual([before, memory.holds('a', '"1"', {})], [false, true]);
});

test('a connection that the client has closed, or used just now, is no second client', async () => {
  const { clock, memory, begin } = aMemory();
  const [first, second] = [{}, {}];
  begin({ connection: first }).completed();
  await clock.advance(199);
  const whileFresh = memory.holds('a', '"1"', second);
  memory.ended(first);
  memory.ended(second);
  await clock.advance(200);
  assert.deepEqual([whileFresh, memory.holds('a', '"1"', {})], [true, true]);
});

test('the client that was silent longest is forgotten first', () => {
  const { memory, begin, holds } = aMemory(2);
  begin({ client: 'a' }).completed();
  begin({ client: 'b' }).completed();
  holds('a');
  begin({ client: 'c' }).completed();
  assert.deepEqual([memory.size, holds('a'), holds('c'), holds('b')], [2, true, true, false]);
});

test('a client that is doubted holds nothing until it was served again', async () => {
  const { clock, memory, begin, holds } = aMemory();
  begin().completed();
  begin({ client: 'b' }).completed();
  assert.equal(
    memory.doubt((client) => client === 'a'),
    1,
  );
  assert.deepEqual([holds('a'), holds('b')], [false, true]);
  begin({ isConditional: true }).completed();
  await clock.advance(3_000);
  assert.equal(holds('a'), true);
});

test('a connection over which a doubted client had read everything proves nothing any more', () => {
  const { memory, begin } = aMemory();
  const connection = {};
  begin({ connection }).completed();
  assert.equal(memory.holds('a', '"1"', connection), true);
  memory.doubt(() => true);
  assert.equal(memory.holds('a', '"1"', connection), false);
});
