// @ts-nocheck
import { chmodSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConfigFolder } from '../support/config/config-folder.js';
import { loadInNode, refusalInNode } from '../support/config/load-in-node.js';

const COMMON_JS = 'module.exports = { lanes: 3 };';
const MODULE = 'export default { lanes: 3 };';

test.each([
  ['config.js', COMMON_JS],
  ['config.cjs', COMMON_JS],
  ['config.js', MODULE],
  ['config.mjs', MODULE],
  ['config.json', '{"lanes": 3}'],
  ['config.json', '\uFEFF{"lanes": 3}'],
  ['white space & umläut %20/config.js', MODULE],
])('%s may hold %s', async (name, text) => {
  using folder = new ConfigFolder();
  expect(await loadInNode(folder.write(name, text))).toEqual({ config: { lanes: 3 } });
});

test.each([
  ['module', COMMON_JS],
  ['module', MODULE],
  ['commonjs', COMMON_JS],
])('in a package of type %s a .js file may hold %s', async (type, text) => {
  using folder = new ConfigFolder();
  folder.write('package.json', JSON.stringify({ type }));
  expect(await loadInNode(folder.write('config.js', text))).toEqual({ config: { lanes: 3 } });
});

test('an old file that is copied into a package of type module may still require others and use its folder', async () => {
  using folder = new ConfigFolder();
  folder.write('package.json', '{"type": "module"}');
  folder.write('lanes.cjs', 'module.exports = 3;');
  const file = folder.write(
    'config.js',
    "module.exports = { lanes: require('./lanes.cjs'), folder: __dirname };",
  );
  expect(await loadInNode(file)).toEqual({ config: { lanes: 3, folder: folder.path } });
});

/** Since Node 22.18 without an option. */
const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);

describe('where Node does not run TypeScript', () => {
  beforeEach(({ skip }) => skip(runsTypeScript, `Node ${process.versions.node} runs TypeScript.`));

  test.each(['config.ts', 'config.mts', 'config.cts'])(
    '%s is refused, with what is allowed',
    async (name) => {
      using folder = new ConfigFolder();
      const file = folder.write(name, MODULE);
      expect(await loadInNode(file)).toMatchObject({
        error: {
          message: `Configuration file ${file} is TypeScript. Node ${process.versions.node} does not run TypeScript.`,
          hint: 'Use Node 22.18 or later, or write the file as .js, .cjs, .mjs or .json.',
          exitCode: 2,
        },
      });
    },
  );

  test('so is a file that loads TypeScript', async () => {
    using folder = new ConfigFolder();
    const loaded = folder.write('lanes.ts', 'export default 3;');
    const file = folder.write('config.mjs', "import lanes from './lanes.ts';\nexport default { lanes };");
    expect(await refusalInNode(file)).toContain(`${file} loads ${loaded}, which is TypeScript.`);
  });
});

describe('where Node runs TypeScript', () => {
  beforeEach(({ skip }) => skip(!runsTypeScript, `Node ${process.versions.node} does not run TypeScript.`));

  test.each([
    ['config.ts', 'const lanes: number = 3; export default { lanes };'],
    ['config.mts', 'const lanes: number = 3; export default { lanes };'],
    ['config.ts', 'const lanes: number = 3; module.exports = { lanes };'],
    ['config.cts', 'const lanes: number = 3; module.exports = { lanes };'],
  ])('%s may hold %s', async (name, text) => {
    using folder = new ConfigFolder();
    expect(await loadInNode(folder.write(name, text))).toEqual({ config: { lanes: 3 } });
  });

  test('a mistake is named with its line', async () => {
    using folder = new ConfigFolder();
    const file = folder.write('config.ts', '\nexport default { lanes: 3 4 };');
    expect(await refusalInNode(file)).toContain(`${file} failed: it is not valid TypeScript (line 2)`);
  });

  test('what Node cannot run by removing types is named', async () => {
    using folder = new ConfigFolder();
    const file = folder.write(
      'config.ts',
      'enum Lanes { Three = 3 }\nexport default { lanes: Lanes.Three };',
    );
    expect(await loadInNode(file)).toMatchObject({
      error: { message: expect.stringMatching(/config\.ts uses TypeScript syntax .* enum /), exitCode: 2 },
    });
  });
});

test.each(['config.yaml', 'config.toml', 'config.jsonc'])(
  '%s is refused, with what is allowed',
  async (name) => {
    using folder = new ConfigFolder();
    const file = folder.write(name, '');
    expect(await loadInNode(file)).toMatchObject({
      error: {
        message: `Configuration file ${file} has a file type that Node cannot load.`,
        hint: expect.stringContaining('.js, .cjs, .mjs or .json'),
        exitCode: 2,
      },
    });
  },
);

test('a file that is not there is named', async () => {
  using folder = new ConfigFolder();
  const file = `${folder.path}/none.js`;
  expect(await refusalInNode(file)).toBe(`Configuration file: cannot read ${file}: there is no such file`);
});

test('a name that no file can have is refused like one that is not there', async () => {
  using folder = new ConfigFolder();
  expect(await refusalInNode(`${folder.path}/${'x'.repeat(300)}`)).toContain('its name is too long');
});

test('a folder without a configuration is refused, with what it must hold', async () => {
  using folder = new ConfigFolder();
  expect(await refusalInNode(folder.path)).toBe(`Folder ${folder.path} holds no configuration.`);
});

test('a file that may not be read is named, or is read by root', async () => {
  using folder = new ConfigFolder();
  const file = folder.write('config.json', '{"lanes": 3}');
  chmodSync(file, 0);
  if (process.getuid?.() === 0) expect(await loadInNode(file)).toEqual({ config: { lanes: 3 } });
  else expect(await refusalInNode(file)).toContain('this user may not read it');
});

test.each([
  ['config.js', "\nthrow new Error('no such secret store');", 'failed: no such secret store (line 2)'],
  ['config.mjs', "\nthrow new Error('no such secret store');", 'failed: no such secret store (line 2)'],
  ['config.js', "throw 'a text'", "failed: it threw 'a text'"],
  ['config.js', 'module.exports = {\n  lanes: 3 4\n};', 'failed: Unexpected number (line 2)'],
  ['config.json', '{"lanes": 3,\n  "threads"}', 'failed: it is not valid JSON'],
  ['config.js', "module.exports = require('./nowhere.js');", "failed: Cannot find module './nowhere.js'"],
])('%s that fails is refused, and where it failed is said', async (name, text, message) => {
  using folder = new ConfigFolder();
  const file = folder.write(name, text);
  const refusal = await refusalInNode(file);
  expect(refusal).toContain(`Configuration file ${file} ${message}`);
  expect(refusal).not.toContain('    at ');
});

test.each([
  ['config.js', 'module.exports = { password: hunter2 };'],
  ['config.js', 'module.exports = { password: very hunter2 };'],
  ['config.json', '{"password": hunter2}'],
  ['config.json', '{"password": "hunter2'],
])('a password without quotes in %s does not appear in the error', async (name, text) => {
  using folder = new ConfigFolder();
  expect(await refusalInNode(folder.write(name, text))).not.toContain('hunter');
});

test.each([
  ['config.json', '[1]', 'an array'],
  ['config.json', 'null', 'null'],
  ['config.js', 'module.exports = () => ({});', 'a function'],
  ['config.mjs', 'export const lanes = 3;', 'nothing'],
  ['config.mjs', "export default 'postgres://me:hunter2@db1/events';", 'a string (not shown)'],
])('%s that holds %s is refused: it must export an object', async (name, text, found) => {
  using folder = new ConfigFolder();
  const refusal = await refusalInNode(folder.write(name, text));
  expect(refusal).toContain(`must export an object, found ${found}`);
});
