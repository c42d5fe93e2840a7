import { Option } from 'commander';

/** `--destination`, which may be given several times. */
export function destinationOption(): Option {
  return new Option('--destination <name>', 'only this destination of the file (repeatable)').argParser(
    (name: string, before: readonly string[] | undefined) => [...(before ?? []), name],
  );
}
