/**
 * `npm run fuzz -- balancer [--picks N] [--seed S]`: N random picks, each compared with the one that Skipper's own code
 * makes. Ends with what was compared; exits 1 when a key goes elsewhere.
 */
import { parseArgs } from 'node:util';
import { placementParity } from './balancer.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { picks: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' } },
});
const [picks, seed] = [Number(values.picks), Number(values.seed)];
if (positionals.join() !== 'balancer' || !Number.isInteger(picks) || picks < 1 || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- balancer [--picks N] [--seed S]');
  process.exitCode = 2;
} else {
  const done = await placementParity({
    picks,
    seed,
    say: (line) => {
      console.log(line);
    },
  });
  const count = (number: number): string => number.toLocaleString('en-US');
  console.log(
    `${count(done.picks)} picks, ${count(done.bounded)} of them bounded and ${count(done.filtered)} filtered: ${count(done.picks - done.elsewhere)} as Skipper, ${count(done.elsewhere)} elsewhere`,
  );
  if (done.elsewhere > 0) process.exitCode = 1;
}
