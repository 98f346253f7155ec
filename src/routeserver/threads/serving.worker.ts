/**
 * Gets connections of its own on a port that it shares; has the main thread decide on each answer, and sends it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../runtime/index.ts';
import { askedHeaders } from '../http/exchange.ts';
import type { Ask, Connection, ConnectionEnd, Reply } from '../http/exchange.ts';
import { Listener } from '../http/listener.ts';
import { answering } from '../http/send.ts';
import { loadTls } from '../http/tls.ts';
import { Outbox } from './protocol.ts';
import type { FromThread, ThreadSettings, ToldAsk, ToldBody, ToThread } from './protocol.ts';

/** The main thread as it looks from here. */
class MainThread {
  readonly #outbox: Outbox<FromThread>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #connections = new WeakMap<Connection, number>();
  readonly #bodies = new Map<number, readonly Buffer[]>();
  #lastAsk = 0;
  #lastConnection = 0;

  constructor(post: (batch: readonly FromThread[]) => void) {
    this.#outbox = new Outbox(post);
  }

  /** Tells it, together with whatever else there is to tell in this turn of the event loop. */
  tell(told: FromThread): void {
    if (this.#outbox.add(told)) setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#outbox.flush();
  };

  decide(ask: Ask): Promise<Reply> {
    const id = ++this.#lastAsk;
    const known = this.#connections.get(ask.socket);
    const connection = known ?? ++this.#lastConnection;
    if (known === undefined) this.#connections.set(ask.socket, connection);
    const address = known === undefined ? ask.socket.remoteAddress : undefined;
    const { method, url } = ask;
    this.tell(['asks', { id, connection, address, method, url, headers: headersOf(ask) } satisfies ToldAsk]);
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  connectionEnded(connection: Connection, end: ConnectionEnd): void {
    const number = this.#connections.get(connection);
    if (number !== undefined) this.tell(['connection', number, end]);
  }

  hear(told: ToThread): void {
    switch (told[0]) {
      case 'reply': {
        const [, id, status, headers, body, holdBackMs] = told;
        this.#waiting.get(id)?.(this.#followed(id, { status, headers, body: this.#bytesOf(body), holdBackMs }));
        this.#waiting.delete(id);
        break;
      }
      case 'body':
        this.#bodies.set(told[1], told[2].map(asBuffer));
        break;
      case 'forget':
        this.#bodies.clear();
        break;
      case 'settle':
        this.tell(['settled', told[1]]);
        break;
      case 'close':
      case 'cut':
        break;
    }
  }

  #bytesOf(body: ToldBody): readonly Buffer[] {
    if (typeof body !== 'number') return body.map(asBuffer);
    const known = this.#bodies.get(body);
    if (known === undefined) throw new Error(`body ${body} was not told`);
    return known;
  }

  /** With word to the main thread of how it ended. */
  #followed(id: number, reply: Reply): Reply {
    let isWhole = false;
    return {
      ...reply,
      outcome: {
        completed: () => {
          isWhole = true;
        },
        broken: () => {
          isWhole = false;
        },
      },
      onEnded: (durationMs) => {
        this.tell(['over', id, isWhole, durationMs]);
      },
    };
  }
}

function headersOf({ headers }: Ask): Ask['headers'] {
  const asked: Record<string, string | string[] | undefined> = {};
  for (const name of askedHeaders) {
    const value = headers[name];
    if (value !== undefined) asked[name] = value;
  }
  return asked;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

async function main(): Promise<void> {
  const { address, mutualTls } = workerData as ThreadSettings;
  const port = parentPort;
  if (port === null) throw new Error('this is a thread of a program, not a program');
  const post = (batch: readonly FromThread[]): void => {
    port.postMessage(batch);
  };
  const mainThread = new MainThread(post);
  const listener = new Listener({
    ...{ address, sharesPort: true, tls: mutualTls && loadTls(mutualTls) },
    answer: answering(mainThread.decide.bind(mainThread), systemClock),
    onEnd: mainThread.connectionEnded.bind(mainThread),
  });
  try {
    await listener.listen();
  } catch (error) {
    post([['cannotListen', error instanceof Error ? error.message : String(error)]]);
    return;
  }
  const deadline = new AbortController();
  const close = async (): Promise<void> => {
    await listener.close(deadline.signal);
    mainThread.tell(['closed']);
  };
  port.on('message', (batch: readonly ToThread[]) => {
    for (const told of batch) {
      mainThread.hear(told);
      if (told[0] === 'close') void close();
      if (told[0] === 'cut') deadline.abort();
    }
  });
  mainThread.tell(['listens', listener.port]);
}

await main();
