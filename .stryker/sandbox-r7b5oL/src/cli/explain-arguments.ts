// @ts-nocheck
import type { Command, CommanderError } from 'commander';
import { editDistance, nearestName } from '../common/nearest-name.js';

/**
 * Says what is wrong with a command line without repeating a value. A password is easily typed after the
 * wrong option, without a space, or where no argument belongs.
 * @param argv as `process.argv`.
 */
export function explainArguments(program: Command, error: CommanderError, argv: readonly string[]): string {
  const message = error.message.replace(/^error: /, '');
  const unknown = /^unknown option '(.*?)'(?:\n\(Did you mean [^)]*\))?$/s.exec(message)?.[1];
  if (unknown !== undefined) return explainUnknown(program, unknown, argv.slice(2).indexOf(unknown) + 1);
  return message.replace(/ argument '.*' is invalid\. /s, ' cannot take this value. ').replace(/\n/g, ' ');
}

function explainUnknown(program: Command, typed: string, position: number): string {
  const known = program
    .createHelp()
    .visibleOptions(program)
    .flatMap(({ long }) => long ?? []);
  const name = typed.replace(/=.*$/s, '');
  const nearest = glued(name, known) ?? nearestOption(name, known);
  const shown = showableName(name, known);
  const what =
    shown === undefined ? `(argument ${position}, not shown, because it may be a password)` : `'${shown}'`;
  return `unknown option ${what}${nearest === undefined ? '' : ` (Did you mean ${nearest}?)`}`;
}

/** `--passwordsecret`: the known option that the text begins with. */
function glued(name: string, known: readonly string[]): string | undefined {
  return known.find((option) => name.startsWith(option));
}

function nearestOption(name: string, known: readonly string[]): string | undefined {
  if (!name.startsWith('--')) return undefined;
  const nearest = nearestName(
    name.slice(2),
    known.map((option) => option.slice(2)),
  );
  return nearest === undefined ? undefined : `--${nearest}`;
}

/** If a name continues after one of these words, the rest is most likely the secret itself. */
const SECRET_WORD = /^.*?(?:passw(?:or)?d|passw|pass|pas|pwd|pw|secret|token|key)/i;
const PASSWORD_OPTIONS = ['--password', '--passwd', '--pwd'];
const LARGEST_SLIP = 2;

/** The part of a name that holds no secret; undefined when there is none. */
function showableName(name: string, known: readonly string[]): string | undefined {
  if (!name.startsWith('--')) return cutTo(name, 2);
  const isSlip = (option: string) =>
    name.length <= option.length && editDistance(name, option) <= LARGEST_SLIP;
  if ([...known, ...PASSWORD_OPTIONS].some(isSlip)) return name;
  const prefix = glued(name, known) ?? SECRET_WORD.exec(name)?.[0];
  if (prefix !== undefined) return cutTo(name, prefix.length);
  return /^--[a-z][a-z-]*$/.test(name) ? name : undefined;
}

function cutTo(name: string, length: number): string {
  return name.length <= length ? name : `${name.slice(0, length)}…`;
}
