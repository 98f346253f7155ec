/**
 * The traffic of a scenario: asks for one target after the other, each over a new connection, at a steady rate, and
 * counts. `GET :8080/` gives `{sent, failed, failures}`; the newest failures come with time and cause.
 *
 * Until every target has been answered `roundsToWarmUp` times in a row it asks without counting, and `GET :8080/` is
 * 503: a fleet that has just started knows its backends only after its next poll.
 */
import { lookup } from 'node:dns/promises';
import { createServer, request } from 'node:http';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { clearInterval, setInterval } from 'node:timers';

const { SERVICE = '', TARGETS = '[]', PER_SECOND = '50' } = process.env;
const targets = JSON.parse(TARGETS);
const roundsToWarmUp = 10;
const stats = { sent: 0, failed: 0, failures: [] };

// Looked up once: with a machine at its limits the one DNS server of a node answers late, and says nothing of Skippers.
let address = '';

/** What went wrong with an answer, if anything; with the beginning of its text, for Skipper says there why. */
async function faultOf(response) {
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return response.statusCode === 200 ? undefined : `status ${response.statusCode} "${text.trim().slice(0, 80)}"`;
}

/** Resolves with what went wrong, if anything, how far the request came and how long that took. */
function ask(target) {
  const startedAt = Date.now();
  return new Promise((resolve) => {
    let doing = 'connecting';
    const fails = (cause) => resolve(`${cause}, ${doing}, after ${Date.now() - startedAt} ms`);
    const options = { host: address, path: target.path, headers: { host: target.host }, agent: false, timeout: 10_000 };
    const asked = request(options, (response) => {
      doing = 'reading the answer';
      faultOf(response).then(
        (fault) => (fault === undefined ? resolve() : fails(fault)),
        (error) => fails(error.message),
      );
    });
    asked.on('socket', (socket) => {
      socket.once('connect', () => (doing = 'waiting for the answer'));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.on('error', (error) => fails(error.message));
    asked.end();
  });
}

async function addressOf(name) {
  for (;;) {
    const found = await lookup(name).catch(() => undefined);
    if (found !== undefined) return found.address;
    await pause(200);
  }
}

async function warmUp() {
  address = await addressOf(SERVICE);
  for (let answered = 0; answered < roundsToWarmUp;) {
    const causes = await Promise.all(targets.map(ask));
    answered = causes.every((cause) => cause === undefined) ? answered + 1 : 0;
    if (answered === 0) await pause(200);
  }
}

async function count(target) {
  stats.sent += 1;
  const cause = await ask(target);
  if (cause === undefined) return;
  stats.failed += 1;
  stats.failures = [...stats.failures, { time: new Date().toISOString(), ...target, cause }].slice(-20);
}

let isWarm = false;
let timer;
const server = createServer((_request, response) => response.writeHead(isWarm ? 200 : 503).end(JSON.stringify(stats)));
server.listen(8080);
process.on('SIGTERM', () => {
  clearInterval(timer);
  server.close();
});
await warmUp();
isWarm = true;
let next = 0;
timer = setInterval(() => count(targets[next++ % targets.length]), 1000 / Number(PER_SECOND));
