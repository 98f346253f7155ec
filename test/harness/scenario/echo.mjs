/** The backend of a scenario: answers every request with 200 and lets those under way end when it is told to stop. */
import { createServer } from 'node:http';
import process from 'node:process';

const server = createServer((request, response) => {
  response.end(`echo ${request.headers.host ?? ''}${request.url ?? ''}\n`);
});
server.listen(8080);
process.on('SIGTERM', () => server.close());
