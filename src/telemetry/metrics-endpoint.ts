/** Gets a registry, gives the handler of `/metrics`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Answers with the registry's text; 500 without details when a collector fails. */
export function metricsEndpoint(metrics: Metrics): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  };
}
