/**
 * Gets watch requests; gives streams that tests can cut, silence, and put words into.
 */
import type { ServerResponse } from 'node:http';
import type { Collection, WireEvent } from './objects.ts';

/** A watch that is open. */
export class OpenWatch {
  readonly path: string;
  readonly resourceVersion: string;
  readonly #response: ServerResponse;
  readonly #unfollow: () => void;
  #isSilent = false;

  constructor(path: string, resourceVersion: string, response: ServerResponse, collection: Collection) {
    this.path = path;
    this.resourceVersion = resourceVersion;
    this.#response = response;
    const follow = (event: WireEvent): void => {
      this.send(event);
    };
    collection.followers.add(follow);
    this.#unfollow = () => collection.followers.delete(follow);
    response.on('close', this.#unfollow);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    for (const event of collection.history) if (event.version > Number(resourceVersion)) this.send(event);
  }

  /** Half-open: nothing comes any more, and the socket stays. */
  goSilent(): void {
    this.#isSilent = true;
  }

  /** Keeps the stream alive but lets no change through any more. */
  deafen(): void {
    this.#unfollow();
  }

  /** Ends the stream in good order, as a server does when its time is up. */
  end(): void {
    this.#response.end();
  }

  /** Cuts the connection. */
  cut(): void {
    this.#response.destroy();
  }

  bookmark(version: string): void {
    this.write(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } })}\n`);
  }

  /** Says that the version is too old, as an event within the stream. */
  expire(): void {
    const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' };
    this.write(`${JSON.stringify({ type: 'ERROR', object })}\n`);
  }

  send(event: Pick<WireEvent, 'type' | 'object'>): void {
    this.write(`${JSON.stringify({ type: event.type, object: event.object })}\n`);
  }

  /** Puts bytes on the stream, whatever they are. */
  write(bytes: string | Buffer): void {
    if (!this.#isSilent) this.#response.write(bytes);
  }
}
