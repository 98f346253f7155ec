/**
 * Gets a serving thread's requests; gives them to who decides here, and the decisions back.
 */
import { Worker } from 'node:worker_threads';
import type { Ask, Connection, ConnectionEnd, Decide, Reply } from '../http/exchange.ts';
import { Outbox } from './protocol.ts';
import type { FromThread, ThreadSettings, ToldAsk, ToldBody, ToldHeaders, ToThread } from './protocol.ts';

export interface ServingThreadOptions {
  readonly settings: ThreadSettings;
  readonly decide: Decide;
  readonly connectionEnded: (connection: Connection, end: ConnectionEnd) => void;
}

/** So many bodies and headers are known by number at a time: a table has two of each, and each zone two more. */
const mostNumbered = 32;

/** Where the thread's program lies, in sources and beside the bundle alike. */
const program = new URL(`./serving.worker.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url);

/** A serving thread as it looks from the main thread. A fault in it ends the process, as one on the main thread does. */
export class ServingThread {
  readonly #options: ServingThreadOptions;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  readonly #outbox: Outbox<ToThread>;
  /** By connection, the last request; what stays of all of them is its connection. */
  readonly #connections = new Map<number, Ask>();
  readonly #underWay = new Map<number, Reply['onOver']>();
  readonly #headers = new Map<readonly string[], number>();
  readonly #bodies = new Map<readonly Buffer[], number>();
  readonly #settling = new Map<number, () => void>();
  #lastNumber = 0;
  #lastSettling = 0;
  #isOver = false;
  #listens: (result: { readonly port: number } | { readonly why: string }) => void = () => undefined;

  constructor(options: ServingThreadOptions) {
    this.#options = options;
    this.#worker = new Worker(program, { name: 'serving', workerData: options.settings });
    this.#outbox = new Outbox((batch) => {
      this.#worker.postMessage(batch);
    });
    this.#worker.on('message', (batch: readonly FromThread[]) => {
      for (const told of batch) this.#hear(told);
      this.#outbox.flush();
    });
    this.#worker.on('error', (error) => {
      throw error;
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#over();
        resolve();
      });
    });
  }

  /** Resolves when it listens, to its port; rejects when it cannot, and then it is over. */
  listening(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#listens = (result) => {
        if ('port' in result) resolve(result.port);
        else reject(new Error(result.why));
      };
    });
  }

  /** Resolves when everything is known here that the thread knew of answers and connections when this was asked. */
  settled(): Promise<void> {
    if (this.#isOver) return Promise.resolve();
    const number = ++this.#lastSettling;
    return new Promise((resolve) => {
      this.#settling.set(number, resolve);
      this.#tell(['settle', number]);
    });
  }

  /** What was sent with earlier answers is not needed for later ones. */
  forgetTold(): void {
    if (this.#bodies.size + this.#headers.size === 0) return;
    this.#bodies.clear();
    this.#headers.clear();
    this.#tell(['forget']);
  }

  /** As a listener's: resolves when all answers under way have ended, or were cut when `deadline` fired. */
  async close(deadline: AbortSignal): Promise<void> {
    const cut = (): void => {
      this.#tell(['cut']);
    };
    this.#tell(['close']);
    if (deadline.aborted) cut();
    else deadline.addEventListener('abort', cut, { once: true });
    await this.#exited;
    deadline.removeEventListener('abort', cut);
  }

  #tell(told: ToThread): void {
    this.#outbox.add(told);
    this.#outbox.flush();
  }

  #hear(told: FromThread): void {
    switch (told[0]) {
      case 'listens':
        this.#listens({ port: told[1] });
        break;
      case 'cannotListen':
        this.#listens({ why: told[1] });
        void this.#worker.terminate();
        break;
      case 'asks':
        this.#decide(told[1], told[2], told[3]);
        break;
      case 'over':
        this.#ended(told[1], told[2], told[3]);
        break;
      case 'connection':
        this.#connectionEnded(told[1], told[2]);
        break;
      case 'settled':
        this.#settling.get(told[1])?.();
        this.#settling.delete(told[1]);
        break;
      case 'closed':
        void this.#worker.terminate();
        break;
    }
  }

  #decide(id: number, connection: number, told: ToldAsk | undefined): void {
    const reply = this.#options.decide(this.#asked(connection, told));
    if (!(reply instanceof Promise)) {
      this.#answer(id, reply);
      return;
    }
    void reply.then((decided) => {
      this.#answer(id, decided);
      this.#outbox.flush();
    });
  }

  #asked(connection: number, told: ToldAsk | undefined): Ask {
    const last = this.#connections.get(connection);
    if (told === undefined) {
      if (last === undefined) throw new Error(`connection ${connection} has not asked before`);
      return last;
    }
    const { address, method, url, headers } = told;
    const ask = { method, url, headers, socket: last?.socket ?? { remoteAddress: address } };
    this.#connections.set(connection, ask);
    return ask;
  }

  #answer(id: number, reply: Reply): void {
    const { status, headers, body, holdBackMs = 0, onOver } = reply;
    this.#underWay.set(id, onOver);
    if (this.#headers.size + this.#bodies.size >= mostNumbered) this.forgetTold();
    const told = status === 304 ? this.#toldHeaders(headers) : headers;
    this.#outbox.add(['reply', id, status, told, this.#toldBody(body), holdBackMs]);
  }

  /** Of a 304 they are the same for all who have one version. */
  #toldHeaders(headers: readonly string[]): ToldHeaders {
    return this.#numberOf(headers, this.#headers, (number) => ['headers', number, headers]);
  }

  /** Shared memory is told of once; what else there is are a few words. */
  #toldBody(body: readonly Buffer[]): ToldBody {
    if (!body.some(({ buffer }) => buffer instanceof SharedArrayBuffer))
      return body.map((part) => new Uint8Array(part));
    return this.#numberOf(body, this.#bodies, (number) => ['body', number, body]);
  }

  #numberOf<Value>(value: Value, numbers: Map<Value, number>, introduction: (number: number) => ToThread): number {
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const number = ++this.#lastNumber;
    numbers.set(value, number);
    this.#outbox.add(introduction(number));
    return number;
  }

  #ended(id: number, isWhole: boolean, durationMs: number): void {
    this.#underWay.get(id)?.(isWhole, durationMs);
    this.#underWay.delete(id);
  }

  #connectionEnded(number: number, end: ConnectionEnd): void {
    const last = this.#connections.get(number);
    if (last !== undefined) this.#options.connectionEnded(last.socket, end);
    if (end !== 'ended') this.#connections.delete(number);
  }

  #over(): void {
    this.#isOver = true;
    for (const settle of this.#settling.values()) settle();
    this.#settling.clear();
  }
}
