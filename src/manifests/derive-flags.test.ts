import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { findSkipperFlag, parseFlagArgs, skipperFlags } from '../api/index.ts';
import { SERVICE_URL } from './builder.test-support.ts';
import { deriveFlags } from './derive-flags.ts';

const derive = (args: readonly string[], extraArgs: readonly string[] = []) =>
  deriveFlags({ args, extraArgs, serviceUrl: SERVICE_URL });

const own = ['-address=:9990', '-support-listener=:9911', '-wait-for-healthcheck-interval=5s'];
const read = `-routes-urls=${SERVICE_URL}/routes`;

interface SplitCase {
  readonly args: readonly string[];
  readonly skipper: readonly string[];
  readonly routeServer: readonly string[];
}

const splits: Record<string, SplitCase> = {
  'moves the data client and keeps the rest': {
    args: ['-address=:9999', '-kubernetes', '-kubernetes-in-cluster', '-enable-ratelimits'],
    skipper: ['-address=:9999', '-enable-ratelimits', read, '-normalize-host'],
    routeServer: ['-kubernetes', '-kubernetes-in-cluster', ...own],
  },
  'moves a flag together with the word that is its value': {
    args: ['-kubernetes', '-kubernetes-ingress-class', 'skipper|^$', '-address', ':9999'],
    skipper: ['-address', ':9999', read, '-normalize-host'],
    routeServer: ['-kubernetes', '-kubernetes-ingress-class', 'skipper|^$', ...own],
  },
  'keeps repeated flags in their order, between others': {
    args: [
      '-default-filters-append=a() -> b("x y")',
      '-kubernetes',
      '-edit-route=/Source/ClientIP/',
      '-default-filters-append=c()',
      '-edit-route=/a/b/',
    ],
    skipper: [read, '-normalize-host'],
    routeServer: [
      '-default-filters-append=a() -> b("x y")',
      '-kubernetes',
      '-edit-route=/Source/ClientIP/',
      '-default-filters-append=c()',
      '-edit-route=/a/b/',
      ...own,
    ],
  },
  "keeps the program's words in front of Skipper's flags, and gives the route server none": {
    args: ['run.sh', 'skipper', '-kubernetes'],
    skipper: ['run.sh', 'skipper', read, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
  'gives both what both act on': {
    args: ['-kubernetes', '-enable-oauth2-grant-flow', '-oauth2-callback-path=/cb', '-source-poll-timeout=1000'],
    skipper: [
      '-enable-oauth2-grant-flow',
      '-oauth2-callback-path=/cb',
      '-source-poll-timeout=1000',
      read,
      '-normalize-host',
    ],
    routeServer: [
      '-kubernetes',
      '-enable-oauth2-grant-flow',
      '-oauth2-callback-path=/cb',
      '-source-poll-timeout=1000',
      ...own,
    ],
  },
  'asks for the table of its zone instead of giving the route server a zone': {
    args: ['-kubernetes', '-kubernetes-topology-zone=eu-central-1a'],
    skipper: [`${read}/eu-central-1a`, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
  'leaves a variable in the zone to the kubelet': {
    args: ['-kubernetes', '-kubernetes-topology-zone=$(ZONE)'],
    skipper: [`${read}/$(ZONE)`, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
  'does not turn on twice what is on': {
    args: ['-normalize-host', '-kubernetes'],
    skipper: ['-normalize-host', read],
    routeServer: ['-kubernetes', ...own],
  },
  'turns on what -kubernetes had turned on against an explicit false': {
    args: ['-normalize-host=false', '-kubernetes'],
    skipper: ['-normalize-host=false', read, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
  'adds the route server to the sources that Skipper reads already': {
    args: ['-routes-urls=http://other/a,http://other/b', '-kubernetes'],
    skipper: [`-routes-urls=http://other/a,http://other/b,${SERVICE_URL}/routes`, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
  'asks the route server for the shards whose service it looks up': {
    args: [
      '-kubernetes',
      '-enable-swarm',
      '-kubernetes-redis-service-namespace=kube-system',
      '-kubernetes-redis-service-name=redis',
      '-kubernetes-valkey-service-namespace=kube-system',
      '-kubernetes-valkey-service-name=valkey',
    ],
    skipper: [
      '-enable-swarm',
      read,
      '-normalize-host',
      `-swarm-redis-remote=${SERVICE_URL}/swarm/redis/shards`,
      `-swarm-valkey-remote=${SERVICE_URL}/swarm/valkey/shards`,
    ],
    routeServer: [
      '-kubernetes',
      '-enable-swarm',
      '-kubernetes-redis-service-namespace=kube-system',
      '-kubernetes-redis-service-name=redis',
      '-kubernetes-valkey-service-namespace=kube-system',
      '-kubernetes-valkey-service-name=valkey',
      ...own,
    ],
  },
  'ensures the data client that takes the place of the ensured one': {
    args: ['-kubernetes', '-ensure-dataclients=inline,kubernetes'],
    skipper: ['-ensure-dataclients=inline,eskipfile-remote', read, '-normalize-host'],
    routeServer: ['-kubernetes', ...own],
  },
};

suite("splitting Skipper's args", () => {
  for (const [name, { args, skipper, routeServer }] of Object.entries(splits)) {
    test(name, () => {
      const derived = derive(args);
      assert.deepEqual(
        { skipper: derived.skipperArgs, routeServer: derived.routeServerArgs },
        { skipper, routeServer },
      );
    });
  }

  test('puts extra args last, where they win', () => {
    const { routeServerArgs } = derive(['-kubernetes'], ['-wait-for-healthcheck-interval=1s']);
    assert.equal(routeServerArgs.at(-1), '-wait-for-healthcheck-interval=1s');
  });

  test('leaves no data client flag with Skipper, one -routes-urls, and every other flag where it was', () => {
    const anyFlag = fc
      .constantFrom(...skipperFlags.filter(({ name }) => name !== 'ensure-dataclients'))
      .map(({ name, type }) => (type === 'bool' ? `-${name}` : `-${name}=a=1`));
    fc.assert(
      fc.property(fc.array(anyFlag), (args) => {
        const { flags } = parseFlagArgs(derive(args).skipperArgs);
        const kept = parseFlagArgs(args).flags.filter(
          ({ name }) => name !== 'routes-urls' && findSkipperFlag(name)?.side !== 'dataClient',
        );
        assert.equal(flags.filter(({ name }) => name === 'routes-urls').length, 1);
        assert.deepEqual(flags.slice(0, kept.length), kept);
        assert.equal(
          flags.some(({ name }) => findSkipperFlag(name)?.side === 'dataClient'),
          false,
        );
      }),
    );
  });
});

interface RemarkCase {
  readonly args: readonly string[];
  readonly command?: readonly string[];
  readonly extraArgs?: readonly string[];
  readonly unsupported?: readonly string[];
  readonly warnings?: readonly string[];
}

const remarks: Record<string, RemarkCase> = {
  'has nothing against a plain fleet': { args: ['-kubernetes', '-kubernetes-in-cluster'] },
  'refuses a Skipper without a data client of its own': { args: ['-address=:9999'], unsupported: ['kubernetes'] },
  'refuses a data client that is turned off': { args: ['-kubernetes=false'], unsupported: ['kubernetes'] },
  'refuses settings that may be in a file': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-config-file=/etc/skipper.yaml'],
    unsupported: ['config-file'],
  },
  'refuses TLS from Kubernetes, which no route server can give': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-kubernetes-enable-tls'],
    unsupported: ['kubernetes-enable-tls'],
  },
  'refuses writing to Ingress objects': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-kubernetes-status-from-service=a/b'],
    unsupported: ['kubernetes-status-from-service'],
  },
  "refuses an API server that is only in Skipper's own pod": {
    args: ['-kubernetes', '-kubernetes-url=http://localhost:8001'],
    unsupported: ['kubernetes-url'],
  },
  'accepts an API server elsewhere': { args: ['-kubernetes', '-kubernetes-url=https://10.0.0.1'] },
  'refuses a swarm that finds its peers through the data client': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-enable-swarm'],
    unsupported: ['enable-swarm'],
  },
  'accepts a swarm by Redis': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-enable-swarm', '-swarm-redis-urls=redis:6379'],
  },
  'refuses a flag that Skipper does not have': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-kubernets-namespace=a'],
    unsupported: ['kubernets-namespace'],
  },
  'refuses flags behind a stray word, which Skipper would not read': {
    args: ['-kubernetes', '-kubernetes-in-cluster', 'true', '-address=:9999'],
    unsupported: ['true'],
  },
  "refuses flags in the container's command": {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    command: ['skipper', '-address=:9999'],
    unsupported: ['-address=:9999'],
  },
  'accepts a command without flags': { args: ['-kubernetes', '-kubernetes-in-cluster'], command: ['skipper'] },
  'refuses extra args that the Service does not follow': {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    extraArgs: ['-address=:80'],
    unsupported: ['address'],
  },
  'refuses an extra arg that is no flag': {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    extraArgs: ['routesrv', '-nope'],
    unsupported: ['routesrv', 'nope'],
  },
  'refuses mutual TLS, for which Skipper has no certificate to show': {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    extraArgs: ['-enable-mtls', '-tls-cert=a', '-tls-key=b', '-mtls-authn-ca=c'],
    unsupported: ['enable-mtls'],
  },
  'accepts mutual TLS that is turned off': {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    extraArgs: ['-enable-mtls=false'],
  },
  'warns of extra args that make the tables differ, or that only the other image knows': {
    args: ['-kubernetes', '-kubernetes-in-cluster'],
    extraArgs: ['-kubernetes-namespace=a', '-opentracing=noop'],
    warnings: ['kubernetes-namespace', 'opentracing'],
  },
  'warns of routes that default filters no longer reach': {
    args: ['-kubernetes', '-kubernetes-in-cluster', '-inline-routes=a: * -> <shunt>', '-default-filters-append=b()'],
    warnings: ['inline-routes'],
  },
};

suite('remarks on flags', () => {
  for (const [name, { args, command = [], extraArgs = [], unsupported = [], warnings = [] }] of Object.entries(
    remarks,
  )) {
    test(name, () => {
      const derived = deriveFlags({ args, command, extraArgs, serviceUrl: SERVICE_URL });
      const flags = (list: readonly { flag: string }[]) => list.map(({ flag }) => flag);
      assert.deepEqual(
        { unsupported: flags(derived.unsupported), warnings: flags(derived.warnings) },
        { unsupported, warnings },
      );
    });
  }
});
