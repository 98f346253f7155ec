/** The backend of a scenario: answers every request with 200 and lets those under way end when it is told to stop. */
import { createServer } from 'node:http';
import process from 'node:process';

const server = createServer((request, response) => {
  response.end(`echo ${request.headers.host ?? ''}${request.url ?? ''}\n`);
});
// Longer than Skipper keeps an idle connection: with Node's 5 s, the backend closes one while a request is on its way
// to it now and then, and Skipper answers that with an error whatever its source of routes.
server.keepAliveTimeout = 120_000;
server.listen(8080);
process.on('SIGTERM', () => server.close());
