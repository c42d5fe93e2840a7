// @ts-nocheck
// Reads the replicator's configuration named in the arguments and prints what came of it.
import { loadReplicatorConfig } from '../../../dist/src/config/replicator-config.js';

const outcome = await loadReplicatorConfig(process.argv[2]).then(
  (config) => ({ config }),
  ({ message, exitCode }) => ({ error: { message, exitCode } }),
);
console.log(JSON.stringify(outcome));
