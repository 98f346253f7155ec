import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Turns, type Pair, type Peer } from './shadow-round.ts';

const peer = (host: string, zone = ''): Peer => ({ pod: `skipper-${host}`, host, port: 9911, zone });

describe('the pairs of a round', () => {
  const namesOf = (pairs: readonly Pair[]): readonly string[] =>
    pairs.map(({ direct, fed }) => `${direct.host} ${fed.host}`);

  test('are of one zone', () => {
    const peers = {
      direct: [peer('a1', 'a'), peer('b1', 'b'), peer('c1', 'c'), peer('b2', 'b')],
      fed: [peer('fb', 'b'), peer('fa', 'a')],
    };
    assert.deepEqual(namesOf(new Turns().next(peers, 10)), ['a1 fa', 'b1 fb', 'b2 fb']);
  });

  test('are none when no zone has both', () => {
    assert.deepEqual(new Turns().next({ direct: [peer('a1', 'a')], fed: [peer('f')] }, 10), []);
  });

  test('go round the direct Skippers that have a partner', () => {
    const peers = { direct: [peer('a'), peer('x', 'elsewhere'), peer('b'), peer('c')], fed: [peer('f')] };
    const turns = new Turns();
    const rounds = [1, 2, 3].map(() => namesOf(turns.next(peers, 2)));
    assert.deepEqual(rounds, [
      ['a f', 'b f'],
      ['c f', 'a f'],
      ['b f', 'c f'],
    ]);
  });

  test('share one fed Skipper, the next one in the next round', () => {
    const peers = { direct: [peer('a'), peer('b')], fed: [peer('f'), peer('g')] };
    const turns = new Turns();
    assert.deepEqual(namesOf(turns.next(peers, 2)), ['a f', 'b f']);
    assert.deepEqual(namesOf(turns.next(peers, 2)), ['a g', 'b g']);
  });
});
