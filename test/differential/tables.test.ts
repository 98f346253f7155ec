import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareTexts } from './tables.ts';

const a = 'a: Path("/a") -> <shunt>;';
const b = 'b: Path("/b") -> <shunt>;';
const broken = 'x: Path("/x") && Path("/y") -> <shunt>;';

const cases: Readonly<Record<string, readonly [string, string, readonly string[]]>> = {
  'equal texts do not differ': [a, a, []],
  'the spelling of a predicate does not matter': ['a: Host("^a") -> <shunt>;', 'a: Host(/^a/) -> <shunt>;', []],
  'a line feed in a pattern is no difference, though Skipper prints it as an escape of the pattern': [
    'a: PathRegexp(/b\\n/) -> <shunt>;',
    'a: PathRegexp("b\\n") -> <shunt>;',
    [],
  ],
  'a changed route is told in both forms': [a, a.replace('/a', '/c'), [`- ${a}`, `+ ${a.replace('/a', '/c')}`]],
  'a missing route is told': [`${a}\n${b}`, a, [`- ${b}`]],
  'a route too many is told': [a, `${a}\n${b}`, [`+ ${b}`]],
  'another order is told': [`${a}\n${b}`, `${b}\n${a}`, ['the order differs from b on']],
  'beside a route that Skipper cannot read, missing ones are passed over': [`${a}\n${b}\n${broken}`, a, []],
  'beside a route that Skipper cannot read, changed ones are told': [
    `${a}\n${broken}`,
    a.replace('/a', '/c'),
    [`- ${a}`, `+ ${a.replace('/a', '/c')}`],
  ],
};
test('a route of which we left out another one with its id is passed over, and so are its clones', () => {
  const ours = a.replace('/a', '/c');
  const clones = [`clone_${a}`, `clone_${ours}`] as const;
  assert.deepEqual(compareTexts(a, ours, ['a']).differences, []);
  assert.deepEqual(compareTexts(...clones, ['a']).differences, []);
  assert.equal(compareTexts(a, ours, ['b']).differences.length, 2);
});

for (const [name, [theirs, ours, want]] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(compareTexts(theirs, ours).differences, want);
  });
}
