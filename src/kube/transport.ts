/**
 * Gets one HTTP call to the API server; gives its answer, or a KubeError. Adds credentials, deadline and write guard.
 */
import { HttpMethod, RequestContext } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { errorOfAnswer, errorOfStatus } from './api-status.ts';
import type { WriteGuard } from './client-types.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { Deadline } from './deadline.ts';
import { JsonListReader } from './json-list-reader.ts';
import { describeCall, KubeError } from './kube-error.ts';
import type { CallSubject } from './kube-error.ts';
import { acceptProtobuf, isProtobuf, readEnvelope } from './protobuf/answer.ts';
import { statusMessage } from './protobuf/kinds.ts';
import { ListReader } from './protobuf/list-reader.ts';
import type { Message } from './protobuf/message.ts';

/** So many items of a list are handed on at a time: about a millisecond of work. */
const perPart = 250;

/** One call. */
export interface ApiCall {
  readonly subject: CallSubject;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: { readonly contentType: string; readonly json: unknown };
  readonly guard?: WriteGuard | undefined;
  /** What is to be answered with. Default JSON. */
  readonly accept?: string;
  /** Asks for a list in protobuf, of whose items this much is read. A server may answer with JSON all the same. */
  readonly items?: Message | undefined;
}

/** An answer whose body is still to be read. */
export type Answer = Dispatcher.ResponseData;

/** A page of a list as it arrives: items, and at its end the list with the rest of them. */
export type RawPage = AsyncGenerator<readonly unknown[], unknown, undefined>;

/** HTTP with credentials. */
export class Transport {
  readonly #config: ClusterConfig;
  readonly #userAgent: string;

  constructor(config: ClusterConfig, userAgent: string) {
    this.#config = config;
    this.#userAgent = userAgent;
  }

  /** Sends `call`; resolves when a good status has come. The body is the caller's to read or to destroy. */
  async open(call: ApiCall, deadline: Deadline): Promise<Answer> {
    try {
      const url = this.#url(call);
      const { dispatcher, headers } = await this.#credentials(call.subject, url.href);
      const sender = call.guard === undefined ? dispatcher : guarded(dispatcher, call.guard);
      const answer = await sender.request({
        origin: url.origin,
        path: url.pathname + url.search,
        method: call.method,
        headers: { ...headers, ...this.#headers(call) },
        body: call.body === undefined ? null : JSON.stringify(call.body.json),
        signal: deadline.signal,
      });
      if (answer.statusCode < 300) return answer;
      throw await this.#refusal(call, answer);
    } catch (error) {
      throw asKubeError(call.subject, error, deadline);
    }
  }

  /** Sends `call` and reads its JSON. */
  async json(call: ApiCall, deadline: Deadline): Promise<unknown> {
    const { body } = await this.open(call, deadline);
    try {
      return parseJson(call.subject, await body.text());
    } catch (error) {
      throw asKubeError(call.subject, error, deadline);
    }
  }

  /** Sends `call` and reads the list that it is answered with, in JSON or in what would be that, while it arrives. */
  async *page(call: ApiCall, deadline: Deadline): RawPage {
    const { subject, items } = call;
    const { headers, body } = await this.open(call, deadline);
    try {
      return items !== undefined && isProtobuf(headers['content-type'])
        ? yield* readPage(subject, body, new ListReader(items), notProtobuf)
        : yield* readPage(subject, body, new JsonListReader(), notJsonList);
    } catch (error) {
      throw asKubeError(subject, error, deadline);
    }
  }

  /** Reads them anew for each call: files are rotated. What cannot be read now may be there for the next try. */
  async #credentials(
    subject: CallSubject,
    url: string,
  ): Promise<{ dispatcher: Dispatcher; headers: Record<string, string> }> {
    try {
      const context = new RequestContext(url, HttpMethod.GET);
      await this.#config.applySecurityAuthentication(context);
      const dispatcher = context.getDispatcher();
      if (dispatcher === undefined) throw new Error('there is no connection pool');
      return { dispatcher, headers: context.getHeaders() };
    } catch (error) {
      const why = error instanceof Error ? error.message : 'unknown error';
      const message = `${describeCall(subject)}: the credentials of the kubeconfig cannot be used: ${why}`;
      throw new KubeError({ status: 0, reason: 'Credentials', disposition: 'transient', message, cause: error });
    }
  }

  #url(call: ApiCall): URL {
    const url = new URL(this.#config.server + call.path);
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined && value !== '') url.searchParams.set(name, value);
    }
    return url;
  }

  #headers(call: ApiCall): Record<string, string> {
    return {
      accept: call.items === undefined ? (call.accept ?? 'application/json') : acceptProtobuf,
      'user-agent': this.#userAgent,
      ...(call.body === undefined ? {} : { 'content-type': call.body.contentType }),
    };
  }

  async #refusal(call: ApiCall, answer: Answer): Promise<KubeError> {
    const { statusCode: status, headers, body } = answer;
    const [retryAfter] = [headers['retry-after']].flat();
    if (!isProtobuf(headers['content-type'])) {
      return errorOfAnswer(call.subject, { status, retryAfter, body: await body.text() });
    }
    const bytes = Buffer.from(await body.arrayBuffer());
    const refusal = understood(call.subject, notProtobuf, () => readEnvelope(bytes, statusMessage));
    return errorOfStatus(call.subject, refusal, status, retryAfter);
  }
}

/**
 * `dispatcher` that asks the guard once more at the moment when bytes go to the socket. A call can wait long before
 * that, for a token, a connection or a free slot; a process that slept through the end of its lease in between
 * (SIGSTOP, a frozen VM) would otherwise write afterwards.
 */
function guarded(dispatcher: Dispatcher, guard: WriteGuard): Dispatcher {
  return dispatcher.compose((dispatch) => (options, handler) => dispatch(options, guardedHandler(handler, guard)));
}

function guardedHandler(inner: Dispatcher.DispatchHandler, guard: WriteGuard): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => {
      // What is thrown here ends the request before its first byte.
      guard.check();
      inner.onRequestStart?.(controller, context);
    },
    onResponseStart: (...args) => inner.onResponseStart?.(...args),
    onResponseData: (...args) => inner.onResponseData?.(...args),
    onResponseEnd: (...args) => inner.onResponseEnd?.(...args),
    onResponseError: (...args) => inner.onResponseError?.(...args),
  };
}

/** Parses `text`; a server that sends something else is not to be trusted, so that is an error. */
export function parseJson(subject: CallSubject, text: string): unknown {
  return understood(subject, notJson(text.length), (): unknown => JSON.parse(text));
}

/** What reads a list while it arrives. */
interface ArrivingList {
  /** How many items are there to be taken. */
  readonly ready: number;
  /** Takes the next bytes. */
  push(chunk: Buffer): void;
  /** Gives what is ready. */
  take(): readonly unknown[];
  /** Gives the list when nothing more comes, with the items that were not taken. */
  end(): unknown;
}

async function* readPage(
  subject: CallSubject,
  body: AsyncIterable<Buffer>,
  list: ArrivingList,
  explain: Explain,
): RawPage {
  for await (const chunk of body) {
    understood(subject, explain, () => {
      list.push(chunk);
    });
    if (list.ready >= perPart) yield list.take();
  }
  return understood(subject, explain, () => list.end());
}

/** Says what is wrong with an answer that could not be read. */
type Explain = (error: unknown) => string;

/** The parser's message quotes the text, which may hold a Secret. */
function notJson(characters: number): Explain {
  return () => `the answer is not JSON (${characters} characters)`;
}

/** As above: nothing of the text is told. */
function notJsonList(): string {
  return 'the answer is no list in JSON';
}

function notProtobuf(error: unknown): string {
  return `the answer is not the protobuf that was asked for: ${error instanceof Error ? error.message : 'unknown error'}`;
}

/** Gives what `read` reads; bytes that are something else are an error of the server, too. */
function understood<T>(subject: CallSubject, explain: Explain, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const message = `${describeCall(subject)}: ${explain(error)}`;
    throw new KubeError({ status: 0, reason: 'BadAnswer', disposition: 'transient', message });
  }
}

/** What went wrong below HTTP, as a KubeError. */
export function asKubeError(subject: CallSubject, error: unknown, deadline: Deadline): KubeError {
  if (error instanceof KubeError) return error;
  const call = describeCall(subject);
  const problem = (reason: string, message: string): KubeError =>
    new KubeError({ status: 0, reason, disposition: 'transient', message: `${call}: ${message}`, cause: error });
  if (deadline.hasPassed) return problem('Timeout', 'the API server did not answer in time');
  if (deadline.signal.aborted) {
    const reason: unknown = deadline.signal.reason;
    return reason instanceof KubeError ? reason : problem('Aborted', 'given up, for the program or its caller stops');
  }
  return problem('Unreachable', `the API server cannot be reached (${codeOf(error)})`);
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown error';
}
