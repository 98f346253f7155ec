import { suite, test } from 'node:test';
import { testRefused, type Refused } from '../../test/support/options.ts';
import { Balancer } from '../balancer/index.ts';
import { BalancedAgent } from './balanced-agent.ts';

suite('options of the balanced agent', () => {
  const balancer = new Balancer({ now: () => 0, random: () => 0 });
  const made = (more: object): BalancedAgent => new BalancedAgent({ balancer, ...more });
  const refused: Refused<object> = [
    [{ protocol: 'ftp:' }, 'protocol of the balanced agent must be one of http:, https:, but is ftp:'],
    [{ connectTimeoutMs: 0 }, 'connectTimeoutMs of the balanced agent must be a number, and at least 1, but is 0'],
    [{ connectTimeoutMs: 2 ** 31 }, 'connectTimeoutMs of the balanced agent must be at most 2147483647'],
  ];
  testRefused(made, refused);

  test('at the ends of what is allowed are taken', () => {
    made({ protocol: 'https:', connectTimeoutMs: 1 }).destroy();
  });
});
