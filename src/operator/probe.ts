/** Gets the URL that Skippers would read, tells whether it answers with a table right now. */
import type { Dispatcher } from 'undici';

export type ProbeResult =
  | { readonly answers: true; readonly etag: string | undefined; readonly routes: number | undefined }
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
      const count = Number(headers['x-count'] ?? NaN);
      return { answers: true, etag: textOf(headers['etag']), routes: Number.isInteger(count) ? count : undefined };
    } catch (error) {
      return { answers: false, why: `${url}: ${error instanceof Error ? error.message : String(error)}` };
    }
  };
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}
