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
import type { FromThread, ThreadSettings, ToldAsk, ToThread } from './protocol.ts';

/** A connection of which the main thread knows. */
interface Known {
  readonly connection: number;
  readonly last: ToldAsk;
}

/** The main thread as it looks from here. */
class MainThread {
  readonly #outbox: Outbox<FromThread>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  readonly #connections = new WeakMap<Connection, Known>();
  readonly #headers = new Map<number, readonly string[]>();
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
    if (known !== undefined && isAlike(ask, known.last)) this.tell(['asks', id, known.connection]);
    else {
      const connection = known?.connection ?? ++this.#lastConnection;
      const last = told(ask, known === undefined ? ask.socket.remoteAddress : undefined);
      this.#connections.set(ask.socket, { connection, last });
      this.tell(['asks', id, connection, last]);
    }
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  connectionEnded(connection: Connection, end: ConnectionEnd): void {
    const known = this.#connections.get(connection);
    if (known === undefined) return;
    this.tell(['connection', known.connection, end]);
    if (end !== 'ended') this.#connections.delete(connection);
  }

  hear(told: ToThread): void {
    switch (told[0]) {
      case 'reply': {
        const [, id, status, toldHeaders, toldBody, holdBackMs] = told;
        const headers = typeof toldHeaders === 'number' ? numbered(toldHeaders, this.#headers) : toldHeaders;
        const body = typeof toldBody === 'number' ? numbered(toldBody, this.#bodies) : toldBody.map(asBuffer);
        this.#answer(id, { status, headers, body, holdBackMs });
        break;
      }
      case 'headers':
        this.#headers.set(told[1], told[2]);
        break;
      case 'body':
        this.#bodies.set(told[1], told[2].map(asBuffer));
        break;
      case 'forget':
        this.#headers.clear();
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

  #answer(id: number, reply: Reply): void {
    const onOver = (isWhole: boolean, durationMs: number): void => {
      this.tell(['over', id, isWhole, durationMs]);
    };
    this.#waiting.get(id)?.({ ...reply, onOver });
    this.#waiting.delete(id);
  }
}

/** What was told under that number. */
function numbered<Value>(number: number, known: ReadonlyMap<number, Value>): Value {
  const value = known.get(number);
  if (value === undefined) throw new Error(`nothing was told under the number ${number}`);
  return value;
}

function told({ method, url, headers }: Ask, address: string | undefined): ToldAsk {
  const asked: Record<string, string | string[] | undefined> = {};
  for (const name of askedHeaders) {
    const value = headers[name];
    if (value !== undefined) asked[name] = value;
  }
  return { address, method, url, headers: asked };
}

/** As the requests of a connection are as a rule. */
function isAlike({ method, url, headers }: Ask, last: ToldAsk): boolean {
  if (url !== last.url || method !== last.method) return false;
  return askedHeaders.every((name) => headers[name] === last.headers[name]);
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
