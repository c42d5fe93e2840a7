import { terminal } from '../cli/ask.js';
import { describeError } from '../cli/describe-error.js';
import { namedValueLines } from '../cli/named-values.js';
import { createProgress } from '../cli/progress.js';
import { ConfigurationError } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import { chooseDestinations } from '../config/choose-destinations.js';
import { describeConfig } from '../config/describe-config.js';
import { type DiffConfig, loadDiffConfig } from '../config/diff-config.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { compareWithAll } from './compare/compare-tables.js';
import type { Outcome } from './compare/comparison.js';
import type { Repair } from './repair/repair-all.js';
import {
  type DiffReport,
  EXIT_CODES,
  troublesOf,
  type ValidationOutcome,
  verdictOf,
} from './report/report.js';
import { reportJson } from './report/report-json.js';
import { reportText } from './report/report-text.js';

/** Options of the command `slate-eventsDiff`. */
export interface DiffCommandOptions {
  readonly configFilename: string;
  readonly validateTables?: boolean;
  readonly common?: boolean;
  readonly json?: boolean;
  readonly repair?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  /** Names of the destinations to which the comparison is restricted. */
  readonly destination?: readonly string[];
}

/**
 * What `slate-eventsDiff` does: compare, repair if asked to, compare again, validate if asked to, report.
 * @returns the exit code: 0 equal, 1 different, 2 when something could not be found out.
 * @throws OperatorError when the left table cannot be read, or a repair failed; the reason of the stop.
 */
export async function runDiff(command: DiffCommandOptions, stop: AbortSignal): Promise<number> {
  const config = await orAborted(loadConfig(command), stop);
  for (const warning of config.warnings) tell(warning);
  if (command.dryRun) {
    const { dryRun: _, json, ...given } = command;
    const shown = { ...given, ...(await describeConfig(config)) };
    const isText = process.stdout.isTTY && !json;
    process.stdout.write(isText ? textOf(shown) : `${JSON.stringify(shown, null, 2)}\n`);
    return 0;
  }
  refuseUnagreedRepair(command);
  const report = await findOut(config, command, stop);
  tellTrouble(report);
  process.stdout.write(
    command.json ? `${JSON.stringify(reportJson(report), null, 2)}\n` : reportText(report),
  );
  return EXIT_CODES[verdictOf(report)];
}

function textOf(shown: Readonly<Record<string, unknown>>): string {
  return [...namedValueLines(shown), 'Dry run: nothing was connected to.', ''].join('\n');
}

async function loadConfig({ configFilename, destination }: DiffCommandOptions): Promise<DiffConfig> {
  const config = await loadDiffConfig(configFilename);
  return { ...config, rights: chooseDestinations(config.rights, destination) };
}

function refuseUnagreedRepair({ repair, yes }: DiffCommandOptions): void {
  if (!repair || yes || terminal() !== undefined) return;
  throw new ConfigurationError('--repair asks before it writes, and there is no terminal to ask on.', {
    hint: 'Add --yes to agree beforehand.',
  });
}

async function findOut(
  config: DiffConfig,
  command: DiffCommandOptions,
  signal: AbortSignal,
): Promise<DiffReport> {
  const compared = await compareAll(config, command, signal);
  const repairs = command.repair
    ? await repairDifferences(config, command, { signal, compared })
    : new Map<ConnectionParams, Repair>();
  const mayHaveChanged = [...repairs.values()].some(({ result }) => result !== 'declined');
  const outcomes = mayHaveChanged ? await compareAll(config, command, signal) : compared;
  const validations = command.validateTables ? await validateAll(config, signal) : [];
  return { left: config.left, outcomes, repairs, validations };
}

async function compareAll(
  config: DiffConfig,
  command: DiffCommandOptions,
  signal: AbortSignal,
): Promise<Outcome[]> {
  // A repair must know all differences.
  const { maxDiffs, ...options } = config;
  using progress = createProgress({ label: 'comparing', unit: 'events' });
  return await compareWithAll(config.left, config.rights, {
    ...options,
    maxDiffs: command.repair ? undefined : maxDiffs,
    common: command.common === true,
    signal,
    onProgress: progress.update,
  });
}

// Loaded only if asked for, as validating is: most comparisons need neither.
async function repairDifferences(
  { left, connectTimeoutMs }: DiffConfig,
  { yes }: DiffCommandOptions,
  { signal, compared }: { signal: AbortSignal; compared: readonly Outcome[] },
) {
  const askOn = yes ? undefined : terminal();
  const { repairAll } = await import('./repair/repair-all.js');
  return await repairAll(left, compared, { connectTimeoutMs, signal, askOn, show: tell });
}

async function validateAll(
  { left, rights, maxEventsPerRead, connectTimeoutMs }: DiffConfig,
  signal: AbortSignal,
): Promise<ValidationOutcome[]> {
  const { validateTable } = await import('./validate/validate-table.js');
  const validations: ValidationOutcome[] = [];
  for (const table of [left, ...rights]) {
    using progress = createProgress({ label: `validating ${describeDatabase(table)}`, unit: 'events' });
    const options = { maxEventsPerRead, connectTimeoutMs, signal, onProgress: progress.update };
    const outcome = await validateTable(table, options).then(
      (validation) => ({ table, validation }),
      (trouble: unknown) => ({ table, trouble }),
    );
    signal.throwIfAborted();
    validations.push(outcome);
  }
  return validations;
}

function tellTrouble(report: DiffReport): void {
  for (const trouble of troublesOf(report)) {
    const { message, hint } = describeError(trouble);
    tell(message);
    if (hint !== undefined) tell(hint);
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
