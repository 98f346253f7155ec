/** Worker thread: two tables as bytes in, a comparison out. Keeps 110,000 routes off the operator's event loop. */
import { parentPort } from 'node:worker_threads';
import { compareTexts } from '../../shadow/index.ts';
import type { CompareAnswer, CompareRequest } from './comparator.ts';

const decoder = new TextDecoder();

function answer({ id, direct, routeServer, options }: CompareRequest): CompareAnswer {
  try {
    const evidence = compareTexts(decoder.decode(direct), decoder.decode(routeServer), options);
    return { id, evidence };
  } catch (error) {
    // A table is data from outside: whatever it holds, the operator goes on without evidence.
    const message = error instanceof Error ? error.message : 'unknown error';
    return { id, evidence: { outcome: 'inconclusive', reason: 'Unparsable', message } };
  }
}

parentPort?.on('message', (request: CompareRequest) => {
  parentPort?.postMessage(answer(request));
});
