import { type Chart, chartsOf } from './charts.js';
import { STYLE } from './page-style.js';
import type { ProfileResult, Section } from './result.js';
import { circumstances, findingsTable, sectionTable, type Table } from './tables.js';

/** Draws every chart; what lies on top of the bars is not for the legend. */
const DRAW = `
for (const canvas of document.querySelectorAll('canvas')) {
  const configuration = JSON.parse(canvas.dataset.chart);
  configuration.options.plugins.legend.labels = { filter: (item) => !item.text.endsWith('highest run') };
  new Chart(canvas, configuration);
}`;

/**
 * The whole report as one page that needs nothing else: what was demanded first, then a picture per question, tables to unfold.
 * @param chartLibrary the text of Chart.js, which goes into the page.
 */
export function toHtml(results: readonly ProfileResult[], chartLibrary: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>slate-replicator: bench results</title>
<style>${STYLE}</style>
</head>
<body>
<h1>slate-replicator: bench results</h1>
<p>Bars and numbers are medians; thin lines and brackets go from the lowest to the highest run. All contenders of a picture took turns in the same run: compare them with each other, not with another machine.</p>
${targets(results)}
${results.map(profileHtml).join('\n')}
<script>${chartLibrary.replaceAll('</script', '<\\/script')}</script>
<script>${DRAW}</script>
</body>
</html>
`;
}

function targets(results: readonly ProfileResult[]): string {
  const findings = results.flatMap(({ profile, findings: all }) =>
    all
      .filter(({ target }) => target !== undefined)
      .map((finding) => ({ ...finding, title: `${profile}: ${finding.title}` })),
  );
  return findings.length === 0 ? '' : `<h2>Targets</h2>\n${tableHtml(findingsTable(findings))}`;
}

function profileHtml(result: ProfileResult): string {
  const others = result.findings.filter(({ target }) => target === undefined);
  return `<section id="${escapeHtml(result.profile)}">
<h2>${escapeHtml(result.question)}</h2>
<p class="small">${escapeHtml(`${result.profile}: ${circumstances(result)}`)}</p>
${others.length === 0 ? '' : tableHtml(findingsTable(others))}
${result.sections.map(sectionHtml).join('\n')}
${result.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}
</section>`;
}

function sectionHtml(section: Section): string {
  return `<h3>${escapeHtml(section.title)}</h3>
<p>${escapeHtml(section.text)}</p>
<div class="charts">${chartsOf(section).map(chartHtml).join('\n')}</div>
<details><summary>Numbers</summary>${tableHtml(sectionTable(section))}</details>`;
}

function chartHtml({ title, heightPx, configuration }: Chart): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>
<div style="height:${heightPx}px"><canvas data-chart="${escapeHtml(JSON.stringify(configuration))}"></canvas></div></figure>`;
}

function tableHtml({ head, rows }: Table): string {
  const cells = (tag: 'td' | 'th', texts: readonly string[]) =>
    texts.map((text) => `<${tag}${classOf(text)}>${escapeHtml(text)}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n');
  return `<table><thead><tr>${cells('th', head)}</tr></thead>\n<tbody>${body}</tbody></table>`;
}

function classOf(text: string): string {
  return text === 'met' || text === 'missed' ? ` class="${text}"` : '';
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}
