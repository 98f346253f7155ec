import { suite, test } from 'node:test';
import { testRefused, type Refused } from '../../test/support/options.ts';
import { TogglesFile } from './toggles-file.ts';

suite('options of the toggles file', () => {
  const made = (options: object): TogglesFile => new TogglesFile({ path: '/nowhere/client-balancer.json', ...options });
  const refused: Refused<object> = [
    [{ path: '' }, 'path of the toggles file must be a text that is not empty, but is ""'],
    [{ path: undefined }, 'path of the toggles file must be a text that is not empty, but is undefined'],
    [{ pollMs: 0 }, 'pollMs of the toggles file must be a number, and at least 1, but is 0'],
    [{ pollMs: Infinity }, 'pollMs of the toggles file must be at most 2147483647, but is Infinity'],
  ];
  testRefused(made, refused);

  test('at the ends of what is allowed are taken', () => {
    made({ pollMs: 1 }).close();
  });
});
