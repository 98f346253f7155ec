/** Asks Skipper and the balancer for the same picks: gets how many, gives how many went elsewhere. */
import { Oracle } from '../oracle/oracle.ts';
import { Questions } from '../oracle/questions.ts';
import { seeded } from '../support/seeded.ts';
import { misplaced } from '../vectors/replay.ts';

export interface ParityOptions {
  readonly picks: number;
  /** Keys asked of one ring: the fewer, the more rings. */
  readonly keysPerCase: number;
  readonly seed: number;
  /** Gets a line per case with a key that is elsewhere. */
  readonly say: (line: string) => void;
}

export interface Parity {
  readonly picks: number;
  /** Those of them with a bound on the load, and with endpoints left out. */
  readonly bounded: number;
  readonly filtered: number;
  readonly elsewhere: number;
}

export async function placementParity({ picks, keysPerCase, seed, say }: ParityOptions): Promise<Parity> {
  const oracle = await Oracle.start();
  const questions = new Questions(seeded(seed));
  const done = { picks: 0, bounded: 0, filtered: 0, elsewhere: 0 };
  try {
    while (done.picks < picks) {
      const question = questions.next(Math.min(keysPerCase, picks - done.picks));
      const vector = { ...question, picks: await oracle.ask(question) };
      // The ring is reached by way of another one, so that what changes step by step is compared, too.
      const wrong = misplaced(vector, [vector.endpoints.filter((_, i) => i % 3 === 0), ['http://10.0.0.1:1']]);
      done.picks += vector.keys.length;
      if (vector.factor > 0) done.bounded += vector.keys.length;
      if (vector.kept.length < vector.endpoints.length) done.filtered += vector.keys.length;
      done.elsewhere += wrong.length;
      if (wrong[0] !== undefined) say(`seed ${String(seed)}, ${vector.name}: ${JSON.stringify(wrong[0])}`);
    }
  } finally {
    oracle.close();
  }
  return done;
}
