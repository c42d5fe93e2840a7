// @ts-nocheck
import { findingsOf } from './findings.js';
import type { ProfileResult } from './result.js';
import { circumstances, findingsTable, QUICK, sectionTable, type Table } from './tables.js';

/** The whole report as Markdown tables: median, and in brackets the lowest and highest run. */
export function toMarkdown(results: readonly ProfileResult[]): string {
  const quick = results.some((result) => result.quick) ? `**Quick. ${QUICK}**\n\n` : '';
  return `# Bench results\n\n${quick}${results.map(profileMarkdown).join('\n')}`;
}

function profileMarkdown(result: ProfileResult): string {
  const findings = findingsOf(result);
  const parts = [
    `## ${result.profile}: ${result.question}`,
    `${circumstances(result)}. Median (lowest–highest).`,
    findings.length === 0 ? '' : tableMarkdown(findingsTable(findings)),
    ...result.sections.flatMap((section) => [
      `### ${section.title}`,
      section.text,
      tableMarkdown(sectionTable(section)),
    ]),
    result.notes.map((note) => `- ${note}`).join('\n'),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function tableMarkdown({ head, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function escapeCell(text: string): string {
  return text.replace(/[|\\]/g, '\\$&');
}
