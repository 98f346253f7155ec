import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Rooms without io (docs/adr/0002): they get time, randomness and data as arguments. */
const pureRooms = ['eskip', 'balancer', 'api', 'compile', 'shadow', 'rollout', 'manifests'].map(
  (room) => `src/${room}/**/*.ts`,
);
const pureMessage =
  'Pure rooms touch no clock, randomness, timer or network: take the value as an argument (docs/adr/0002).';
const propertiesMessage = 'Import test/support/properties.ts: its seed is the same each time, and set in one place.';

const budgets = {
  'max-lines': ['error', { max: 400 }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 10],
  'max-depth': ['error', 3],
  'max-params': ['error', 4],
};

export default tseslint.config(
  { ignores: ['dist/', 'dist-balancer/', 'coverage/', 'node_modules/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      ...budgets,
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  {
    files: pureRooms,
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: '^node:', message: pureMessage }] }],
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'fetch',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'queueMicrotask',
          'performance',
          'Buffer',
          'crypto',
        ].map((name) => ({ name, message: pureMessage })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: pureMessage },
        { object: 'Date', property: 'now', message: pureMessage },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: pureMessage },
      ],
    },
  },
  { files: ['src/bin/**/*.ts'], rules: { 'max-lines': ['error', { max: 120 }] } },
  {
    files: ['**/*.test.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [{ name: 'fast-check', message: propertiesMessage }] }] },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 600 }],
      // A describe/test callback is a table of cases, not a function that somebody has to hold in mind.
      'max-lines-per-function': 'off',
      // node:test returns promises that the runner itself awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
    },
  },
  { files: ['src/cli/**/*.ts', 'src/bin/**/*.ts', 'scripts/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
