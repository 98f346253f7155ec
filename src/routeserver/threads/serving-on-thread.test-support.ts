/** Gets a snapshot; gives a listener on loopback that serves it from a thread of its own. For tests over real sockets. */
import { deciding } from '../http/serving.test-support.ts';
import type { Deciding, ServedState, Serving } from '../http/serving.test-support.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { ServingThread } from './serving-thread.ts';

/** Serves on a thread of its own. */
export async function serveOnThread(first: Snapshot | undefined, state: ServedState = {}): Promise<Serving> {
  return (await threadFor(deciding(first, state))).serving;
}

/** Serves what is decided on, on a thread of its own. */
export async function threadFor(
  deciders: Deciding,
): Promise<{ readonly thread: ServingThread; readonly serving: Serving }> {
  const { decide, connectionEnded, show, answered } = deciders;
  const settings = { address: { host: '127.0.0.1', port: 0 }, mutualTls: undefined };
  const thread = new ServingThread({ settings, decide, connectionEnded });
  const port = await thread.listening();
  const serving: Serving = {
    ...{ port, answered },
    show: (snapshot) => {
      show(snapshot);
      thread.forgetTold();
    },
    close: () => thread.close(AbortSignal.abort()),
    drain: (deadline) => thread.close(deadline),
  };
  return { thread, serving };
}
