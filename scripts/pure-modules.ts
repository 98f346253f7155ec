/**
 * Gets a bundle under way; gives it leave to drop modules of which nothing is used.
 *
 * The Kubernetes client exports a model and an API class for everything there is, without saying that merely importing
 * them does nothing. A route server that needs credentials of it would load 5 MB of them: 30 MB of memory and 150 ms.
 */
import { join, resolve, sep } from 'node:path';
import type { Plugin } from 'esbuild';

const checkout = resolve(import.meta.dirname, '..');
const pureFolders = [join(checkout, 'src'), join(checkout, 'node_modules/@kubernetes/client-node')];
/** Programs and workers do something when they are loaded: that is what they are for. */
const entry = /\/src\/bin\/|\.worker\.ts$/;
/** Keeps a module that is being looked up from being looked up again. */
const underWay = Symbol('under way');

const isPure = (path: string) => pureFolders.some((folder) => path.startsWith(folder + sep)) && !entry.test(path);

/** Says of our own modules and of those of the client that loading them has no effect. */
export const pureModules: Plugin = {
  name: 'pure-modules',
  setup(bundle) {
    // It requires the client as CommonJS does: esbuild would keep all of the client, even after dropping what requires it.
    bundle.onResolve({ filter: /^@dot-i\/k8s-operator$/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    }));
    bundle.onResolve({ filter: /^\.{1,2}\/|^@kubernetes\/client-node$/ }, async (asked) => {
      if (asked.pluginData === underWay || asked.kind === 'entry-point') return undefined;
      const { kind, importer, resolveDir } = asked;
      const found = await bundle.resolve(asked.path, { kind, importer, resolveDir, pluginData: underWay });
      if (found.errors.length > 0 || found.external || !isPure(found.path)) return undefined;
      return { path: found.path, sideEffects: false };
    });
  },
};
