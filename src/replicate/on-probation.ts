import type { RunOptions } from '../destination/run-options.js';

/**
 * The options of a destination that was added while the others run. Until its first validation a failure is
 * its own, whatever `onError` says: a wrong host in a file that was read again must not end the process.
 */
export function onProbation(options: RunOptions): RunOptions {
  let isValidated = false;
  return {
    ...options,
    get onError() {
      return isValidated ? options.onError : 'retry';
    },
    async beforeCopying(name, validated) {
      isValidated = true;
      await options.beforeCopying(name, validated);
    },
  };
}
