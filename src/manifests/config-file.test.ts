import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RouteServerConfig } from '../api/index.ts';
import { aConfig, applyPatch, aSkipper, SERVICE_URL } from './builder.test-support.ts';
import type { SkipperShape } from './builder.test-support.ts';
import { planCompanion } from './companion.ts';
import { clonedConfigMaps, configFileTarget, mountedConfigMap, settingsMark } from './config-file.ts';
import { takeOverFromSkipper } from './from-skipper.ts';
import { skipperPod } from './skipper-pod.ts';
import type { Container, Deployment, JsonObject } from './types.ts';
import { unwireSkipper, wireSkipper } from './wire-skipper.ts';
import { podSource, wiringState, type WiringTarget } from './wiring-state.ts';

const settings = 'kubernetes: true\nkubernetes-in-cluster: true\n';

function byFile(text = settings): RouteServerConfig {
  const config = aConfig();
  const skipper = {
    ...config.spec.skipper,
    wiring: 'ConfigFile',
    configMapName: 'skipper-config',
    settings: text,
  } as const;
  return { ...config, spec: { ...config.spec, skipper } };
}

const volumes = [{ name: 'config', configMap: { name: 'skipper-config' } }];
const mount = { name: 'config', mountPath: '/etc/skipper' };
const args = ['skipper', '-config-file=/etc/skipper/config.yaml', '-address=:9999'];

function mounting(container: Omit<Container, 'name'> = {}, shape: SkipperShape = {}): Deployment {
  return aSkipper({ ...shape, pod: { volumes }, container: { args, volumeMounts: [mount], ...container } });
}

/** What is known of the config while its ConfigMap holds the file of a source. */
function target(holds: 'direct' | 'routeServer' | undefined, config = byFile()): WiringTarget {
  const files = configFileTarget(config, undefined);
  assert.ok(files);
  const present = holds && mountedConfigMap(config, files, holds);
  const configFile = configFileTarget(config, present);
  assert.ok(configFile);
  return { serviceUrl: SERVICE_URL, configFile };
}

const fed = (deployment: Deployment): Deployment =>
  applyPatch(deployment, wireSkipper(deployment, target('routeServer')));

describe('a fleet that is wired by its file', () => {
  test('is rolled by one annotation, and restored byte for byte', () => {
    const before = mounting();
    const wired = fed(before);
    assert.deepEqual(wired.spec.template.spec, before.spec.template.spec);
    assert.equal(wiringState(wired, target('routeServer')), 'RouteServer');
    assert.deepEqual(wireSkipper(wired, target('routeServer')), []);
    assert.deepEqual(applyPatch(wired, unwireSkipper(wired, target('direct'))), before);
  });

  test('is restored, too, when its template had no annotation', () => {
    const { spec, ...rest } = mounting();
    const bare = { ...rest, spec: { ...spec, template: { metadata: {}, spec: spec.template.spec } } };
    const wired = fed(bare);
    assert.deepEqual(applyPatch(wired, unwireSkipper(wired, target('direct'))), bare);
  });

  test('is rolled once more on its way back when somebody took the mark off: its pods may have the fed file', () => {
    const [, ...patch] = unwireSkipper(mounting(), target('routeServer'));
    const { texts } = target('direct').configFile ?? assert.fail();
    assert.equal(JSON.stringify(patch).includes(settingsMark('direct', texts.direct)), true);
  });

  const states: Readonly<Record<string, readonly [Deployment, WiringTarget, string]>> = {
    'Direct before the ConfigMap is there': [mounting(), target(undefined), 'Direct'],
    'Direct with its own file': [mounting(), target('direct'), 'Direct'],
    'Contested when the file is fed and the mark is gone': [mounting(), target('routeServer'), 'Contested'],
    'Contested when the file is not the one that it was rolled for': [fed(mounting()), target('direct'), 'Contested'],
    'Outdated when the settings have changed since': [
      fed(mounting()),
      { serviceUrl: SERVICE_URL, configFile: changedSince() },
      'Outdated',
    ],
  };
  for (const [name, [deployment, at, want]] of Object.entries(states)) {
    test(`is ${name}`, () => {
      assert.equal(wiringState(deployment, at), want);
    });
  }

  function changedSince() {
    const config = byFile(`${settings}timeout-backend: 9s\n`);
    const old = target('routeServer').configFile?.present ?? '';
    return configFileTarget(config, { data: { 'config.yaml': old } }) ?? assert.fail();
  }

  test('has pods whose source is the file that they started with', () => {
    const source = (deployment: Deployment) => podSource(deployment.spec.template, target('direct'));
    assert.deepEqual([source(mounting()), source(fed(mounting()))], ['direct', 'routeServer']);
    assert.equal(source(fed(mounting({ args: [...args, '-kubernetes'] }))), 'direct', 'a flag beats the file');
  });
});

describe('what is made of the settings', () => {
  test('is a ConfigMap that nothing owns: it must outlive the config', () => {
    const files = target(undefined).configFile ?? assert.fail();
    const mounted = mountedConfigMap(byFile(), files, 'direct');
    assert.equal(mounted.metadata['ownerReferences'], undefined);
    assert.deepEqual(mounted['data'], { 'config.yaml': settings });
  });

  test('is one for each source of our own Skippers, which mount it in place of the other', () => {
    const files = target(undefined).configFile ?? assert.fail();
    const names = clonedConfigMaps(byFile(), files).map(({ metadata }) => metadata.name);
    assert.deepEqual(names, ['ingress-direct-settings', 'ingress-fed-settings']);
    const pod = skipperPod(byFile(), mounting(), 'routeServer') ?? assert.fail();
    assert.deepEqual(pod.spec.volumes, [{ name: 'config', configMap: { name: 'ingress-fed-settings' } }]);
    assert.equal(podSource(pod, target('direct')), 'routeServer');
  });

  test('gives the route server its flags', () => {
    const taken = takeOverFromSkipper(byFile(), mounting()) ?? assert.fail();
    assert.deepEqual(taken.unsupported, []);
    assert.deepEqual(taken.routeServerArgs.slice(0, 2), ['-kubernetes=true', '-kubernetes-in-cluster=true']);
  });
});

describe('a companion of a fleet that is wired by its file', () => {
  const companion = (skipper: Deployment, source: 'direct' | 'routeServer', config = byFile()) => {
    const plan = planCompanion({ config, skipper, source, services: [] }) ?? assert.fail();
    const { template } = plan.withSize({ replicas: 1, step: 10 })['spec'] as unknown as Deployment['spec'];
    return { plan, template };
  };

  for (const [source, name] of [
    ['direct', 'ingress-direct-settings'],
    ['routeServer', 'ingress-fed-settings'],
  ] as const) {
    test(`with source ${source} mounts the file of its source, and its pods are known by it`, () => {
      const { template } = companion(mounting(), source);
      assert.deepEqual(template.spec['volumes'], [{ name: 'config', configMap: { name } }]);
      assert.deepEqual(template.spec.containers[0]?.args, args, "the args are the owner's");
      const pod = { metadata: template.metadata ?? {}, spec: template.spec };
      assert.equal(podSource(pod, target('direct')), source);
    });

    test(`with source ${source} is not restarted because the fleet is wired`, () => {
      const [before, after] = [companion(mounting(), source), companion(fed(mounting()), source)];
      assert.deepEqual(after.template, before.template);
      assert.equal(after.plan.templateDigest, before.plan.templateDigest);
    });

    test(`with source ${source} is restarted for other settings`, () => {
      const changed = byFile(`${settings}timeout-backend: 9s\n`);
      const digest = (config?: RouteServerConfig) => companion(mounting(), source, config).plan.templateDigest;
      assert.notEqual(digest(changed), digest());
    });
  }
});

describe('what stands in the way is named:', () => {
  const flags = (config: RouteServerConfig, deployment: Deployment): readonly string[] =>
    (takeOverFromSkipper(config, deployment) ?? assert.fail()).unsupported.map(
      ({ flag, reason }) => `${flag} ${reason}`,
    );
  const cases: Readonly<Record<string, readonly [RouteServerConfig, Deployment, RegExp]>> = {
    'no -config-file': [byFile(), mounting({ args: ['-address=:9999'] }), /^config-file does not name config.yaml of/],
    'a file on another volume': [byFile(), mounting({ volumeMounts: [] }), /^config-file does not name config.yaml of/],
    'a data-client flag in the args': [
      byFile(),
      mounting({ args: [...args, '-kubernetes'] }),
      /^kubernetes is in the args/,
    ],
    'a URL in the args': [
      byFile(),
      mounting({ args: [...args, '-routes-urls=http://x'] }),
      /^routes-urls is in the args/,
    ],
    'a read-only root': [byFile(), mounting({ securityContext: { readOnlyRootFilesystem: true } }), /writable \/tmp/],
    'a key that is nobody’s': [byFile(`${settings}kubernets: 1\n`), mounting(), /^kubernets in spec.skipper.settings/],
    'settings without a data client': [byFile('address: ":9090"\n'), mounting(), /^kubernetes is not on/],
  };
  for (const [name, [config, deployment, says]] of Object.entries(cases)) {
    test(name, () => {
      const found = flags(config, deployment);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found.join('\n'), says);
    });
  }

  test('nothing with a file that is mounted alone', () => {
    const volumeMounts: readonly (JsonObject & typeof mount)[] = [
      { ...mount, mountPath: '/etc/one.yaml', subPath: 'config.yaml' },
    ];
    assert.deepEqual(flags(byFile(), mounting({ args: ['-config-file=/etc/one.yaml'], volumeMounts })), []);
  });
});
