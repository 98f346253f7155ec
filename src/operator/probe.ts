/** Gets the URL that Skippers would read, tells whether it answers with a table right now. */
import type { Dispatcher } from 'undici';
import { routesPort } from './convergence/route-server-client.ts';
import { originOf } from './origin.ts';

export type ProbeResult =
  | {
      readonly answers: true;
      readonly etag: string | undefined;
      readonly routes: number | undefined;
      /** How old the data of the table is; `undefined` when it is not told, as by the original. */
      readonly ageMs: number | undefined;
      /** Routes that it serves on although the cluster has them no more; 0 when it is not told, as by the original. */
      readonly heldBackRoutes: number;
    }
  | { readonly answers: false; readonly why: string };

/** Asks a route server. Never rejects: not to answer is an answer here. */
export type Probe = (url: string) => Promise<ProbeResult>;

/**
 * A probe that asks as a Skipper would: by the Service's name, so that DNS, the Service and a ready pod are all proven.
 * @param timeoutMs limit of one question
 */
export function httpProbe(dispatcher: Dispatcher, timeoutMs = 3_000): Probe {
  return async (url) => {
    const { origin, pathname } = new URL(url);
    try {
      const { statusCode, headers, body } = await dispatcher.request({
        origin,
        path: pathname,
        method: 'HEAD',
        signal: AbortSignal.timeout(timeoutMs),
      });
      await body.dump();
      if (statusCode !== 200) return { answers: false, why: `${url} answered ${statusCode}` };
      const ageSeconds = countIn(headers['x-source-age']);
      const ageMs = ageSeconds === undefined ? undefined : ageSeconds * 1_000;
      const heldBackRoutes = countIn(headers['x-held-back']) ?? 0;
      return {
        answers: true,
        etag: textOf(headers['etag']),
        routes: countIn(headers['x-count']),
        ageMs,
        heldBackRoutes,
      };
    } catch (error) {
      return { answers: false, why: `${url}: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}

function countIn(header: string | string[] | undefined): number | undefined {
  const text = textOf(header);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

/**
 * Asks by the Service's name and, for the age of its data and for what it holds back, each replica as well: Skippers are
 * spread over all of them, so the worst counts. A replica that does not answer says nothing about either; that the
 * Service answers is enough.
 * @param url of the Service
 */
export async function probeAll(probe: Probe, url: string, replicas: readonly string[]): Promise<ProbeResult> {
  const { pathname } = new URL(url);
  const [answer, ...others] = await Promise.all([
    probe(url),
    ...replicas.map((host) => probe(`${originOf(host, routesPort)}${pathname}`)),
  ]);
  if (!answer.answers) return answer;
  const heard = [answer, ...others].filter((each) => each.answers);
  const ages = heard.flatMap(({ ageMs }) => (ageMs === undefined ? [] : [ageMs]));
  const heldBackRoutes = Math.max(...heard.map((each) => each.heldBackRoutes));
  return { ...answer, ageMs: ages.length > 0 ? Math.max(...ages) : undefined, heldBackRoutes };
}
