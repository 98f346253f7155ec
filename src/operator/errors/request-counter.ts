/**
 * Gets the address of a Skipper; gives how many requests it has answered since it started, and how many of them badly.
 *
 * Counted are the requests for which it looked for a route. Bad are those for which there was none, which is what a route
 * missing from a table leads to, those that a backend answered with 5xx, and those that a backend did not answer, which is
 * what an endpoint that is gone leads to (v0.27.65, `metrics/codahale.go`, `metrics/prometheus.go`, `proxy/proxy.go`):
 *
 * | | `codahale`, the default | `prometheus` |
 * |---|---|---|
 * | requests | timer `routelookup` | `route_lookup_duration_seconds_count` |
 * | no route | counter `routefailure` | `route_error_total` |
 * | backend 5xx | timer `all.backend.5xx` | `backend_5xx_duration_seconds_count` |
 * | no answer | counters `errors.backend.ROUTE` | `backend_error_total{route}` |
 *
 * All of them without any flag. With `-disable-metrics-compat`, `codahale` has the last only if asked for by
 * `-route-backend-error-counters`. It counts a request once when its first try was not answered, also where a second one
 * went well (docs/adr/0053).
 *
 * With `-metrics-flavour=otel` alone, or another `-metrics-prefix` than `skipper.` in the flavour `codahale`, they cannot
 * be read.
 */
import type { Dispatcher } from 'undici';
import type { RequestCounts } from '../../rollout/index.ts';
import { originOf } from '../origin.ts';
import type { SupportAddress } from '../shadow/table-reader.ts';

const timeoutMs = 5_000;
/** With metrics per route the text of a large fleet is long; one that is longer says nothing. */
const longestBytes = 64 << 20;
const keys = { requests: 'skipper.routelookup', noRoute: 'skipper.routefailure', backend: 'skipper.all.backend.5xx' };
/** Begins the key of each route's counter; asked for, all of them are answered. */
const unansweredKeys = 'skipper.errors.backend.';

export class RequestCounter {
  readonly #dispatcher: Dispatcher;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** `undefined` when it does not answer, or not in a flavour that is known. */
  async count(skipper: SupportAddress): Promise<RequestCounts | undefined> {
    // One metric of this flavour is one small answer; the other flavour answers with everything whatever is asked for.
    const text = await this.#ask(skipper, keys.requests);
    if (text === undefined) return undefined;
    if (!text.startsWith('{')) return fromExposition(text);
    const requests = countIn(text, keys.requests);
    if (requests === undefined) return undefined;
    // What never happened is not there.
    const noRoute = countIn(await this.#ask(skipper, keys.noRoute), keys.noRoute) ?? 0;
    const backend = countIn(await this.#ask(skipper, keys.backend), keys.backend) ?? 0;
    const unanswered = sumIn(await this.#ask(skipper, unansweredKeys), unansweredKeys);
    return { requests, errors: noRoute + backend + unanswered };
  }

  async #ask({ host, port }: SupportAddress, key: string): Promise<string | undefined> {
    try {
      const { statusCode, headers, body } = await this.#dispatcher.request({
        origin: originOf(host, port),
        path: `/metrics/${key}`,
        method: 'GET',
        headers: { accept: 'application/codahale+json' },
        signal: AbortSignal.timeout(timeoutMs),
      });
      if (statusCode === 200 && !(Number(headers['content-length']) > longestBytes)) return await body.text();
      await body.dump();
      return undefined;
    } catch {
      return undefined;
    }
  }
}

type Families = Readonly<
  Record<string, Readonly<Record<string, { readonly count?: unknown } | undefined>> | undefined>
>;

function countIn(text: string | undefined, key: string): number | undefined {
  return countsIn(text).find(([name]) => name === key)?.[1];
}

function sumIn(text: string | undefined, prefix: string): number {
  const some = countsIn(text).filter(([name]) => name.startsWith(prefix));
  return some.reduce((sum, [, count]) => sum + count, 0);
}

function countsIn(text: string | undefined): readonly (readonly [key: string, count: number])[] {
  if (text === undefined) return [];
  try {
    const families = JSON.parse(text) as Families;
    return Object.values(families)
      .flatMap((family) => Object.entries(family ?? {}))
      .flatMap(([key, metric]) => (typeof metric?.count === 'number' ? [[key, metric.count] as const] : []));
  } catch {
    return [];
  }
}

function fromExposition(text: string): RequestCounts | undefined {
  const valueOf = (name: string): number | undefined => {
    const found = new RegExp(`^(?:\\w+_)?${name}(?:\\{\\})? (\\S+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const requests = valueOf('route_lookup_duration_seconds_count');
  if (requests === undefined) return undefined;
  const errors = (valueOf('route_error_total') ?? 0) + (valueOf('backend_5xx_duration_seconds_count') ?? 0);
  const unanswered = [...text.matchAll(/^(?:\w+_)?backend_error_total\{.*\} (\S+)$/gm)];
  return { requests, errors: unanswered.reduce((sum, [, count]) => sum + Number(count), errors) };
}
