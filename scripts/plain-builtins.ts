/**
 * Gets a bundle under way; has it take `node:http` as it is, not as a module of names.
 *
 * To give a built-in module's names to an import, Node reads every one of them, and `http.WebSocket` loads all of
 * Node's own undici: 20 ms and 2 MB for nothing, for ours is in the bundle.
 */
import type { Plugin } from 'esbuild';

const namespace = 'plain-builtin';

/** For imports only: `require` has always given the module as it is. */
export const plainBuiltins: Plugin = {
  name: 'plain-builtins',
  setup(bundle) {
    bundle.onResolve({ filter: /^(node:)?http$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace } : undefined,
    );
    bundle.onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
