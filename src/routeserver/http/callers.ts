/**
 * Gets requests; gives who asks: what tells clients apart, and how a person knows them.
 *
 * Worked out once for a connection, since all requests on one are as a rule alike.
 */
import type { Caller } from './client-book.ts';
import type { Ask } from './exchange.ts';

/** Who sent a request. */
export interface Asker {
  /** Address, User-Agent, path and encoding; equal for requests of one client. */
  readonly client: string;
  readonly caller: Caller;
  readonly acceptsGzip: boolean;
}

interface Known extends Asker {
  readonly userAgent: string;
  readonly url: string;
}

/** Callers are remembered by the thousand, so each may take only so much room. */
const longestText = 200;

/** Knows the callers of open connections. */
export class Callers {
  readonly #known = new WeakMap<object, Known>();

  /** Who asks. */
  of({ headers, socket, url = '' }: Ask): Asker {
    const userAgent = headers['user-agent'] ?? '';
    // Go looks for the word alone: a `q=0` behind it has never kept routesrv from compressing.
    const acceptsGzip = headers['accept-encoding']?.includes('gzip') === true;
    const known = this.#known.get(socket);
    if (known?.url === url && known.userAgent === userAgent && known.acceptsGzip === acceptsGzip) return known;
    const address = socket.remoteAddress ?? '';
    const asker = {
      ...{ userAgent, url, acceptsGzip },
      // The User-Agent tells a Skipper from a person with curl behind the same address, the URL one table from another.
      client: [address, userAgent, url, acceptsGzip ? 'gzip' : ''].join('\n'),
      caller: {
        // As the pod has it, not as a listener for both families of addresses sees it.
        address: plainAddress(address),
        userAgent: userAgent.slice(0, longestText),
        url: url.slice(0, longestText),
      },
    };
    this.#known.set(socket, asker);
    return asker;
  }
}

/** Whether `client` is one at `address`. */
export function isAt(address: string, client: string): boolean {
  return plainAddress(client.split('\n', 1)[0] ?? '') === plainAddress(address);
}

/** An IPv4 client of a listener for both families has its address in the form of the other one. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}
