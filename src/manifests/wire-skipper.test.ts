import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from '../../test/support/properties.ts';
import { parseFlagArgs, skipperFlags } from '../api/index.ts';
import { SERVICE_URL, aSkipper, applyPatch, argsOf, directArgs, target } from './builder.test-support.ts';
import type { SkipperShape } from './builder.test-support.ts';
import { ORIGINAL_WIRING_ANNOTATION } from './names.ts';
import { missingTempDir } from './temp-dir.ts';
import type { Deployment } from './types.ts';
import { unwireSkipper, wireSkipper } from './wire-skipper.ts';
import { wiringState } from './wiring-state.ts';

const wire = (deployment: Deployment, to = target): Deployment => applyPatch(deployment, wireSkipper(deployment, to));
const unwire = (deployment: Deployment): Deployment => applyPatch(deployment, unwireSkipper(deployment));
const withArgs = (deployment: Deployment, args: readonly string[]): Deployment =>
  applyPatch(deployment, [{ op: 'replace', path: '/spec/template/spec/containers/0/args', value: args }]);

const wiredArgs = [
  '-address=:9999',
  '-wait-for-healthcheck-interval=5s',
  `-routes-urls=${SERVICE_URL}/routes`,
  '-normalize-host',
];
const readOnlyRoot = { securityContext: { readOnlyRootFilesystem: true } };

/** Deployments in the form of the API server, which drops empty lists and maps. */
const anyDeployment: fc.Arbitrary<Deployment> = fc
  .record({
    args: fc.array(
      fc.oneof(
        fc.constantFrom(
          '-kubernetes',
          '-kubernetes-topology-zone=$(ZONE)',
          '-edit-route=/a/b/',
          'skipper',
          '--',
          '-nope',
        ),
        fc.constantFrom(...skipperFlags).map(({ name }) => `--${name}=a b`),
      ),
    ),
    readOnly: fc.option(fc.boolean(), { nil: undefined }),
    mounts: fc.uniqueArray(fc.constantFrom('/tmp', '/tmp/', '/etc/x', '/'), { maxLength: 3 }),
    annotations: fc.dictionary(fc.constantFrom('a', 'b/c', 'd~e'), fc.string(), { maxKeys: 2, noNullPrototype: true }),
    sidecars: fc.nat(2),
  })
  .map(({ args, readOnly, mounts, annotations, sidecars }) => {
    const volumeMounts = mounts.map((mountPath, at) => ({ name: `volume-${at}`, mountPath }));
    const shape: SkipperShape = {
      container: {
        ...(args.length > 0 ? { args } : { args: directArgs }),
        ...(readOnly === undefined ? {} : { securityContext: { readOnlyRootFilesystem: readOnly } }),
        ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
      },
      pod: {
        containers: Array.from({ length: sidecars }, (_, at) => ({ name: `sidecar-${at}` })),
        ...(volumeMounts.length > 0 ? { volumes: volumeMounts.map(({ name }) => ({ name, emptyDir: {} })) } : {}),
      },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    };
    return aSkipper(shape);
  });

suite('wiring Skipper', () => {
  test('sets the args, and nothing else of the pod', () => {
    const direct = aSkipper();
    const wired = wire(direct);
    assert.deepEqual(argsOf(wired), wiredArgs);
    assert.deepEqual(withArgs(wired, directArgs).spec, direct.spec);
  });

  test('refuses to be applied to a newer Deployment than it was made for', () => {
    const patch = wireSkipper(aSkipper(), target);
    const newer = aSkipper();
    assert.throws(
      () => applyPatch({ ...newer, metadata: { ...newer.metadata, resourceVersion: '8' } }, patch),
      /409 Conflict/,
    );
  });

  test('does nothing the second time', () => {
    assert.deepEqual(wireSkipper(wire(aSkipper()), target), []);
  });

  test('leaves a Skipper alone that a person wired to this route server', () => {
    assert.deepEqual(wireSkipper(aSkipper({ container: { args: wiredArgs } }), target), []);
  });

  test('does nothing when it cannot tell which container is Skipper', () => {
    assert.deepEqual(wireSkipper(aSkipper(), { ...target, containerName: 'proxy' }), []);
  });

  test('moves to another URL and still knows the first originals', () => {
    const moved = wire(wire(aSkipper()), { serviceUrl: 'http://elsewhere' });
    assert.equal(argsOf(moved)?.includes('-routes-urls=http://elsewhere/routes'), true);
    assert.deepEqual(unwire(moved), aSkipper());
  });

  test('takes args that somebody put back for the originals', () => {
    const putBack = withArgs(wire(aSkipper()), [...directArgs, '-enable-ratelimits']);
    const again = wire(putBack);
    assert.equal(wiringState(again, target), 'RouteServer');
    assert.deepEqual(argsOf(unwire(again)), [...directArgs, '-enable-ratelimits']);
  });

  test('never leaves a flag of the data client, and reads once from the route server', () => {
    fc.assert(
      fc.property(anyDeployment, (deployment) => {
        const { flags } = parseFlagArgs(argsOf(wire(deployment)) ?? []);
        const urls = flags.filter(({ name }) => name === 'routes-urls');
        assert.equal(urls.length, 1);
        assert.equal(flags.filter(({ name }) => name === 'kubernetes').length, 0);
      }),
    );
  });
});

suite('a writable directory for temporary files', () => {
  const tempMount = { name: 'routesrv-tmp', mountPath: '/tmp' };

  test('goes in with a read-only root', () => {
    const { containers, volumes } = wire(aSkipper({ container: readOnlyRoot })).spec.template.spec;
    assert.deepEqual(containers[0]?.volumeMounts, [tempMount]);
    assert.deepEqual(volumes, [{ name: 'routesrv-tmp', emptyDir: {} }]);
  });

  test('goes in behind the volumes that are there, under a name that is free', () => {
    const taken = { name: 'routesrv-tmp', configMap: { name: 'a' } };
    const shape = { container: { ...readOnlyRoot, volumeMounts: [{ name: 'routesrv-tmp', mountPath: '/etc' }] } };
    const { containers, volumes } = wire(aSkipper({ ...shape, pod: { volumes: [taken] } })).spec.template.spec;
    assert.deepEqual(volumes, [taken, { name: 'routesrv-tmp-2', emptyDir: {} }]);
    assert.equal(containers[0]?.volumeMounts?.length, 2);
  });

  test('goes in again when it was swept out together with the args', () => {
    const swept = applyPatch(withArgs(wire(aSkipper({ container: readOnlyRoot })), directArgs), [
      { op: 'remove', path: '/spec/template/spec/volumes' },
      { op: 'remove', path: '/spec/template/spec/containers/0/volumeMounts' },
    ]);
    assert.deepEqual(wire(swept).spec.template.spec.containers[0]?.volumeMounts, [tempMount]);
  });

  test('stays out of the way of volumes that came later', () => {
    const later = { name: 'later', emptyDir: {} };
    const wired = wire(aSkipper({ container: readOnlyRoot }));
    const changed = applyPatch(wired, [{ op: 'add', path: '/spec/template/spec/volumes/0', value: later }]);
    assert.deepEqual(unwire(changed).spec.template.spec.volumes, [later]);
  });

  const cases: Record<string, { readonly container: SkipperShape['container']; readonly missing: string | undefined }> =
    {
      'is not needed where the root is writable': { container: {}, missing: undefined },
      'is missing under a read-only root': { container: readOnlyRoot, missing: '/tmp' },
      'is there when it is mounted': {
        container: { ...readOnlyRoot, volumeMounts: [{ name: 'a', mountPath: '/tmp/' }] },
        missing: undefined,
      },
      'is not there when it is mounted read-only': {
        container: { ...readOnlyRoot, volumeMounts: [{ name: 'a', mountPath: '/tmp', readOnly: true }] },
        missing: '/tmp',
      },
      'is not there when only something inside of it is mounted': {
        container: { ...readOnlyRoot, volumeMounts: [{ name: 'a', mountPath: '/tmp/cache' }] },
        missing: '/tmp',
      },
      'is where TMPDIR says': {
        container: {
          ...readOnlyRoot,
          env: [{ name: 'TMPDIR', value: '/run/skipper/' }],
          volumeMounts: [{ name: 'a', mountPath: '/tmp' }],
        },
        missing: '/run/skipper',
      },
    };
  for (const [name, { container, missing }] of Object.entries(cases)) {
    test(name, () => {
      assert.equal(missingTempDir({ name: 'skipper', ...container }), missing);
    });
  }
});

suite('restoring Skipper', () => {
  test('gives the very same Deployment back, whatever it was', () => {
    fc.assert(
      fc.property(anyDeployment, (deployment) => {
        assert.deepEqual(unwire(wire(deployment)), deployment);
      }),
    );
  });

  test('makes absent args absent again', () => {
    const bare = applyPatch(aSkipper(), [{ op: 'remove', path: '/spec/template/spec/containers/0/args' }]);
    assert.notEqual(argsOf(wire(bare)), undefined);
    assert.deepEqual(unwire(wire(bare)), bare);
  });

  test('does nothing without a record', () => {
    assert.deepEqual(unwireSkipper(aSkipper({ container: { args: wiredArgs } })), []);
  });

  test('does nothing with a record that somebody has damaged', () => {
    for (const damaged of [
      '',
      '{}',
      '[]',
      '{"container":"skipper","wiredArgsDigest":"1","routesUrl":"u","args":[1]}',
    ]) {
      assert.deepEqual(
        unwireSkipper(aSkipper({ annotations: { [ORIGINAL_WIRING_ANNOTATION]: damaged } })),
        [],
        damaged,
      );
    }
  });

  test('keeps args that somebody has put in place of the wired ones, and forgets its own', () => {
    const restored = unwire(withArgs(wire(aSkipper()), [...directArgs, '-enable-ratelimits']));
    assert.deepEqual(argsOf(restored), [...directArgs, '-enable-ratelimits']);
    assert.equal(restored.metadata.annotations, undefined);
  });

  test('takes a Skipper off the route server even when somebody has added to the wired args', () => {
    const restored = unwire(withArgs(wire(aSkipper()), [...wiredArgs, '-enable-ratelimits']));
    assert.deepEqual(argsOf(restored), directArgs);
  });

  test('only forgets when the container is gone', () => {
    const renamed = applyPatch(wire(aSkipper()), [
      { op: 'replace', path: '/spec/template/spec/containers/0/name', value: 'proxy' },
    ]);
    assert.deepEqual(argsOf(unwire(renamed)), wiredArgs);
    assert.equal(unwire(renamed).metadata.annotations, undefined);
  });
});
