// @ts-nocheck
import type { OldConfiguration, Site } from './old-site.js';

/** Members of a connection, as JavaScript. */
function members({ host, user, password }: Site, databaseName: string): string {
  return [
    `host: ${quoted(host)}`,
    `databaseName: ${quoted(databaseName)}`,
    `user: ${quoted(user)}`,
    `password: ${quoted(password)}`,
  ].join(', ');
}

/** Members of a configuration, as JavaScript; `more` stands at the end of each connection. */
function body(site: Site, more = ''): string {
  return [
    `eventSource: { ${members(site, site.source)}${more} }`,
    `replicationDestinations: [{ ${members(site, site.replica)}${more} }]`,
  ].join(',\n  ');
}

/** A script that exports a configuration, with further members at its top. */
function script(site: Site, more = ''): string {
  return `module.exports = {\n  ${body(site)},\n  ${more}\n};\n`;
}

function json({ host, user, password, source, replica }: Site, more: object = {}): string {
  const connection = (databaseName: string) => ({ host, databaseName, user, password });
  const config = { eventSource: connection(source), replicationDestinations: [connection(replica)] };
  return JSON.stringify({ ...config, ...more }, null, 2);
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}

/** One configuration in a file of its own. */
function file(text: (site: Site) => string, name = 'config.js'): OldConfiguration['files'] {
  return (site) => ({ [name]: text(site) });
}

/** The defaults that a script takes where the environment is silent. */
const NOT_GIVEN = { user: undefined, password: undefined };

const SHAPES: OldConfiguration[] = [
  {
    title: 'the example of its README: a variable, with a comment at every key',
    files: file(
      (site) => `var config = {
  // optional parameter. maximum events written per database operation. minimum value: 10000.
  maxEventsPerWrite: 20000,
  // optional parameter. default value: 15000.
  connectTimeout: 5000,
  ${body(site)}
};
module.exports = config;`,
    ),
    read: { maxEventsPerWrite: 20_000, connectTimeoutMs: 5_000 },
  },
  {
    title: 'each key exported by itself',
    files: file((site) => `${body(site).replace(/^ *(\w+): (.*?),?$/gm, 'exports.$1 = $2;')}`),
  },
  { title: 'JSON', files: file((site) => json(site), 'config.json') },
  {
    title: 'JSON with comments under keys of their own',
    files: file((site) => json(site, { '//': 'the farm', _comment: 'ask Ann' }), 'config.json'),
    warnings: ['//: unknown key, ignored', '_comment: unknown key, ignored'],
  },
  {
    title: 'strict mode, a byte order mark and an interpreter in the first line',
    files: file((site) => `\uFEFF'use strict';\n${script(site)}`),
  },
  {
    title: 'an interpreter in the first line',
    files: file((site) => `#!/usr/bin/env node\n${script(site)}`),
  },
  {
    title: 'connections made from common parts',
    files: file(
      (site) => `const common = { host: ${quoted(site.host)}, user: ${quoted(site.user)} };
const on = (databaseName) => Object.assign({}, common, { databaseName, password: ${quoted(site.password)} });
module.exports = { eventSource: on(${quoted(site.source)}), replicationDestinations: [${quoted(site.replica)}].map(on) };`,
    ),
  },
  {
    title: 'inherited from defaults',
    files: file(
      (site) => `const defaults = { connectTimeout: 7000, eventSource: { ${members(site, site.source)} } };
module.exports = Object.assign(Object.create(defaults), { ${body(site).replace(/^.*\n/, '')} });`,
    ),
    read: { connectTimeoutMs: 7_000 },
  },
  {
    title: 'an object of a class, which computes its members',
    files: file(
      (site) => `class Config {
  get eventSource() { return { ${members(site, site.source)} }; }
  get replicationDestinations() { return [{ ${members(site, site.replica)} }]; }
}
module.exports = new Config();`,
    ),
  },
  {
    title: 'a secret read from a file beside it',
    files: (site) => ({
      'config.js': script({ ...site, password: 'PLACE' }).replace(
        /'PLACE'/g,
        "require('fs').readFileSync(__dirname + '/secret', 'utf8').trim()",
      ),
      secret: `${site.password}\n`,
    }),
  },
  {
    title: 'parts required from other files',
    files: (site) => ({
      'config.js': "module.exports = Object.assign(require('./lib/parts'), require('./limits.json'));",
      'lib/parts.js': script(site),
      'limits.json': '{"maxEventsPerWrite": 30000}',
    }),
    read: { maxEventsPerWrite: 30_000 },
  },
];

const EXTRAS: OldConfiguration[] = [
  {
    title: 'functions among the exports',
    files: file(
      (site) => `${script(site)}
module.exports.helperFor = (name) => ({ host: 'db1', databaseName: name });
module.exports.isProduction = function () { return true; };`,
    ),
    warnings: ['helperFor: unknown key, ignored', 'isProduction: unknown key, ignored'],
  },
  {
    title: 'a function whose properties are the configuration',
    files: file(
      (site) =>
        `module.exports = function config() {};\nObject.assign(module.exports, {\n  ${body(site)}\n});`,
    ),
  },
  {
    title: 'itself as default, as compilers write it',
    files: file((site) => `${script(site)}module.exports.default = module.exports;`),
    warnings: ['default: unknown key, ignored'],
  },
  {
    title: 'a helper that fails when somebody looks at it',
    files: file(
      (site) => `${script(site)}
Object.defineProperty(module.exports, 'vault', { enumerable: true, get() { throw new Error('sealed'); } });`,
    ),
    warnings: ['vault: unknown key, ignored'],
  },
  {
    title: 'keys at the top that other programs read',
    files: file((site) => script(site, "logLevel: 'debug', env: 'production', statsd: { host: 'stats' }")),
    warnings: ['logLevel', 'env', 'statsd'].map((key) => `${key}: unknown key, ignored`),
  },
  {
    title: 'keys in connections that nobody reads',
    files: file((site) => `module.exports = { ${body(site, ", schema: 'public', connectTimeout: 3000")} };`),
    warnings: ['schema', 'connectTimeout'].map(
      (key) => `eventSource.${key}: unknown key, ignored here and in 1 other connection`,
    ),
  },
  {
    title: 'userName, which was checked but not used',
    files: file((site) => `module.exports = { ${body(site, ", userName: 'ann'")} };`),
    warnings: [
      'eventSource.userName: unknown key, ignored here and in 1 other connection; did you mean user?',
    ],
  },
  {
    title: 'maxEventsPerRead, which slate-eventsDiff reads',
    files: file((site) => script(site, 'maxEventsPerRead: 10000')),
  },
];

/** Members of the two connections without user and password, as JavaScript. */
function anonymous({ host, source, replica }: Site, more: string): string {
  const connection = (name: string) =>
    `{ host: ${quoted(host)}, databaseName: ${quoted(name)}${more === '' ? '' : `, ${more}`} }`;
  return `module.exports = { eventSource: ${connection(source)}, replicationDestinations: [${connection(replica)}] };`;
}

const NOTHINGS: OldConfiguration[] = [
  { title: 'neither user nor password', files: file((site) => anonymous(site, '')), read: NOT_GIVEN },
  {
    title: 'empty texts where the environment is silent',
    files: file((site) =>
      anonymous(site, "user: process.env.OLD_USER || '', password: process.env.OLD_PASSWORD || ''"),
    ),
    read: NOT_GIVEN,
  },
  {
    title: 'what the environment says',
    files: file((site) =>
      anonymous(site, "user: process.env.OLD_USER || '', password: process.env.OLD_PASSWORD || ''"),
    ),
    env: { OLD_USER: 'ann', OLD_PASSWORD: 'hunter2' },
    read: { user: 'ann', password: 'hunter2' },
  },
  {
    title: 'null as user and password, in JSON',
    files: file((site) => json(site).replace(/("user"|"password"): ".*"/g, '$1: null'), 'config.json'),
    read: NOT_GIVEN,
  },
  {
    title: 'undefined and false as user and password',
    files: file((site) => anonymous(site, 'user: undefined, password: false')),
    read: NOT_GIVEN,
  },
  { title: 'connectTimeout: 0', files: file((site) => script(site, 'connectTimeout: 0')) },
  { title: "connectTimeout: ''", files: file((site) => script(site, "connectTimeout: ''")) },
  {
    title: 'limits that are null',
    files: file((site) => json(site, { maxEventsPerWrite: null, connectTimeout: null }), 'config.json'),
  },
  {
    title: 'limits that are no numbers as the environment is silent',
    files: file((site) =>
      script(
        site,
        'maxEventsPerWrite: Number(process.env.OLD_MAX), connectTimeout: parseInt(process.env.OLD_MAX)',
      ),
    ),
  },
  {
    title: 'maxEventsPerWrite: 0 and false',
    files: file((site) => script(site, 'maxEventsPerWrite: 0, maxEventsPerRead: false')),
  },
];

const VALUES: OldConfiguration[] = [
  {
    title: 'a maxEventsPerWrite below its minimum',
    files: file((site) => script(site, 'maxEventsPerWrite: 500')),
    warnings: ['maxEventsPerWrite: 500 is below the minimum and was raised to 10000'],
  },
  {
    title: 'a maxEventsPerWrite without a limit',
    files: file((site) => script(site, 'maxEventsPerWrite: Number.MAX_VALUE')),
    read: { maxEventsPerWrite: Number.MAX_SAFE_INTEGER },
  },
  {
    title: 'a port behind the host',
    files: file((site) => script({ ...site, host: 'db7.example.org:5433' })),
    read: { host: 'db7.example.org', port: 5433 },
  },
  {
    title: 'an IPv6 address in brackets',
    files: file((site) => script({ ...site, host: '[fd00::7]' })),
    read: { host: 'fd00::7', port: 5432 },
  },
  {
    title: 'an IPv6 address and a port',
    files: file((site) => script({ ...site, host: '[::1]:5433' })),
    read: { host: '::1', port: 5433 },
  },
  {
    title: 'a user that is a number',
    files: file((site) => anonymous(site, "user: 1234, password: 'hunter2'")),
    read: { user: '1234', password: 'hunter2' },
  },
  {
    title: 'a password with characters that a URL has for itself',
    files: file((site) => script({ ...site, user: 'ann@corp', password: "p@s:s %s+ä'" })),
    read: { user: 'ann@corp', password: "p@s:s %s+ä'" },
  },
  {
    title: 'a database with a space in its name',
    files: file((site) => script({ ...site, source: 'Our events' })),
    read: { source: 'Our events' },
  },
];

const FILES: OldConfiguration[] = [
  { title: '-c plain: plain.js', files: file(script, 'plain.js'), typed: 'plain' },
  { title: '-c plain: plain.json', files: file((site) => json(site), 'plain.json'), typed: 'plain' },
  { title: '-c with two dots: prod.config.js', files: file(script, 'prod.config.js'), typed: 'prod.config' },
  { title: '-c folder: its index.js', files: file(script, 'folder/index.js'), typed: 'folder' },
  {
    title: '-c folder: its index.json',
    files: file((site) => json(site), 'folder/index.json'),
    typed: 'folder/',
  },
  {
    title: '-c folder: the main of its package.json',
    files: (site) => ({ 'folder/lib/main.js': script(site), 'folder/package.json': '{"main": "lib/main"}' }),
    typed: 'folder',
  },
  {
    title: '-c with a folder and a file of one name: the file',
    files: (site) => ({ 'both.js': script(site), 'both/index.js': 'throw new Error("not this");' }),
    typed: 'both',
  },
  { title: 'a file without an extension', files: file(script, 'replicator') },
  { title: 'a file with an extension of its own', files: file(script, 'replicator.conf') },
  {
    title: 'a script in a package of ES modules',
    files: (site) => ({ 'config.js': script(site), 'package.json': '{"type": "module"}' }),
  },
  {
    title: 'a file without an extension in a package of ES modules',
    files: (site) => ({ replicator: script(site), 'package.json': '{"type": "module"}' }),
  },
];

/** Configurations of every kind that version 0.1.4 runs. */
export const OLD_CONFIGURATIONS: readonly OldConfiguration[] = [
  ...SHAPES,
  ...EXTRAS,
  ...NOTHINGS,
  ...VALUES,
  ...FILES,
];
