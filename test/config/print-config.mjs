// Loads the file named in the arguments and prints what came of it. A script, since `node --eval` knows `module` everywhere.
import { loadConfigFile } from '../../dist/src/config/load-file.js';

const outcome = await loadConfigFile(process.argv[2]).then(
  (config) => ({ config }),
  ({ name, message, hint, exitCode }) => ({ error: { name, message, hint, exitCode } }),
);
console.log(JSON.stringify(outcome));
