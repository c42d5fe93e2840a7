// @ts-nocheck
import { readFileSync } from 'node:fs';
import { explainFileError } from './explain-file-error.js';

export type ReadText = { readonly text: string } | { readonly problem: string };

/** The text of a file, or why it could not be read, in words for the operator. */
export function readTextFile(file: string): ReadText {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { problem: `cannot read ${shown(file)}: ${explainFileError(error)}` };
  }
}

/** Hides a text that is not a file name: somebody may have pasted the key itself. */
function shown(file: string): string {
  return /-----BEGIN|\n/.test(file) ? 'a file whose name has several lines (not shown)' : file;
}
