/**
 * The traffic of a scenario: asks for one target after the other, each over a new connection, at a steady rate, and
 * counts. `GET :8080/` gives `{sent, failed, failures}`; the newest failures come with time and cause.
 */
import { createServer, request } from 'node:http';
import process from 'node:process';
import { clearInterval, setInterval } from 'node:timers';

const { SERVICE = '', TARGETS = '[]', PER_SECOND = '50' } = process.env;
const targets = JSON.parse(TARGETS);
const stats = { sent: 0, failed: 0, failures: [] };

function fail(target, cause) {
  stats.failed += 1;
  stats.failures = [...stats.failures, { time: new Date().toISOString(), ...target, cause }].slice(-20);
}

function ask(target) {
  stats.sent += 1;
  const options = { host: SERVICE, path: target.path, headers: { host: target.host }, agent: false, timeout: 10_000 };
  const asked = request(options, (response) => {
    response.resume();
    response.on('end', () => {
      if (response.statusCode !== 200) fail(target, `status ${String(response.statusCode)}`);
    });
    response.on('error', (error) => fail(target, error.message));
  });
  asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
  asked.on('error', (error) => fail(target, error.message));
  asked.end();
}

let next = 0;
const timer = setInterval(() => ask(targets[next++ % targets.length]), 1000 / Number(PER_SECOND));
const server = createServer((_request, response) => response.end(JSON.stringify(stats)));
server.listen(8080);
process.on('SIGTERM', () => {
  clearInterval(timer);
  server.close();
});
