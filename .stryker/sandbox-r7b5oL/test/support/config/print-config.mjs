// @ts-nocheck
// Loads the file named in the arguments and prints what came of it. A script, since `node --eval` knows `module` everywhere.
import { findConfigFile } from '../../../dist/src/config/find-file.js';
import { loadConfigFile } from '../../../dist/src/config/load-file.js';

const load = async () => loadConfigFile(findConfigFile(process.argv[2]));
const outcome = await load().then(
  (config) => ({ config }),
  ({ name, message, hint, exitCode }) => ({ error: { name, message, hint, exitCode } }),
);
console.log(JSON.stringify(outcome));
