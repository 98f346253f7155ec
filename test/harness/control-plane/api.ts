/** The few raw requests that booting needs, before kubectl makes sense. */
import { request } from 'node:https';

/** Where the API server is, and as whom to ask. All in PEM. */
export interface ApiAccess {
  readonly server: string;
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** What it answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** GET on a path, on a connection of its own. Rejects when no answer comes within 2 s. */
export function get(access: ApiAccess, path: string): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, access.server), {
      ca: access.authority,
      cert: access.certificate,
      key: access.key,
      agent: false,
      timeout: 2_000,
    });
    call.once('timeout', () => call.destroy(new Error(`no answer from ${access.server}${path} within 2 s`)));
    call.once('error', reject);
    call.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
    });
    call.end();
  });
}
