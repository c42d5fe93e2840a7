// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fieldsMarkdown, recordsMarkdown } from './log-reference.js';
import { optionsMarkdown } from './options-table.js';

/** The commands of the package, by name, with their files. */
export const { bin: COMMANDS } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  bin: Readonly<Record<string, string>>;
};

type Sections = Readonly<Record<string, () => string>>;

const HELP_SECTIONS: Sections = Object.fromEntries(
  Object.entries(COMMANDS).map(([name, file]) => [`help:${name}`, () => helpText(file)]),
);

/** What must stand between `<!-- NAME:start -->` and `<!-- NAME:end -->` of a document, by document. */
export const GENERATED_SECTIONS: Readonly<Record<string, Sections>> = {
  'docs/commands.md': HELP_SECTIONS,
  'docs/configuration.md': { options: optionsMarkdown },
  'docs/log.md': { records: recordsMarkdown, fields: fieldsMarkdown },
};

/** The text with all its generated sections made anew. */
export function withGeneratedSections(text: string, sections: Sections): string {
  return Object.entries(sections).reduce(
    (made, [name, generate]) =>
      made.replace(
        sectionPattern(name),
        (_, start: string, end: string) => `${start}\n\n${generate()}\n\n${end}`,
      ),
    text,
  );
}

/** True when the text has the markers of that section. */
export function hasSection(text: string, name: string): boolean {
  return sectionPattern(name).test(text);
}

function sectionPattern(name: string): RegExp {
  return new RegExp(`(<!-- ${name}:start -->).*?(<!-- ${name}:end -->)`, 's');
}

/** What a command says to `--help`, as a block of text. */
function helpText(file: string): string {
  const env = { ...process.env };
  for (const name of Object.keys(env)) if (name.startsWith('PG')) delete env[name];
  const help = execFileSync(process.execPath, [file, '--help'], { encoding: 'utf8', env });
  return `\`\`\`text\n${help.trimEnd()}\n\`\`\``;
}
