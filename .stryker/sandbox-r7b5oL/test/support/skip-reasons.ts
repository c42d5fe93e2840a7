// @ts-nocheck
import type { Reporter, TestModule } from 'vitest/node';

/** At the end of a run, says how many tests skipped themselves and why. */
export default class SkipReasons implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = new Map<string, number>();
    for (const reason of modules.flatMap(reasonsIn)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    for (const [reason, count] of counts) process.stdout.write(`skipped ${count}: ${reason}\n`);
  }
}

function reasonsIn(module: TestModule): string[] {
  return [...module.children.allTests('skipped')].flatMap((test) => {
    const result = test.result();
    return result.state === 'skipped' && result.note ? [result.note] : [];
  });
}
