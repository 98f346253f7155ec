/** Worker thread: two tables as bytes in, a comparison out. Keeps 110,000 routes off the operator's event loop. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareTexts } from '../../shadow/index.ts';
import type { CompareAnswer, CompareRequest, CompareWorkerData } from './comparator.ts';

const decoder = new TextDecoder();
const { trying } = workerData as CompareWorkerData;

function answer({ id, direct, routeServer, options }: CompareRequest): CompareAnswer {
  const onTolerance = (index: number): void => {
    Atomics.store(trying, 0, index);
  };
  try {
    const texts = [decoder.decode(direct), decoder.decode(routeServer)] as const;
    const evidence = compareTexts(...texts, { ...options, onTolerance });
    return { id, evidence };
  } catch (error) {
    // A table is data from outside: whatever it holds, the operator goes on without evidence.
    const message = error instanceof Error ? error.message : 'unknown error';
    return { id, evidence: { outcome: 'inconclusive', reason: 'Unparsable', message } };
  }
}

parentPort?.on('message', (request: CompareRequest) => {
  parentPort?.postMessage({ id: request.id } satisfies CompareAnswer);
  parentPort?.postMessage(answer(request));
});
