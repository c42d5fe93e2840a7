// @ts-nocheck
import { type Chart, chartsOf } from './charts.js';
import { findingsOf } from './findings.js';
import { STYLE } from './page-style.js';
import { type Picture, picturesOf } from './pictures.js';
import type { ProfileResult, Section } from './result.js';
import { circumstances, findingsTable, QUICK, sectionTable, type Table } from './tables.js';

/**
 * Draws charts when they can be seen: a folded one has no size yet. What lies on top of the bars is not for the legend. Paper shows all.
 */
const DRAW = `
const draw = (canvas) => {
  if (canvas.dataset.chart === undefined || canvas.closest('details:not([open])') !== null) return;
  const configuration = JSON.parse(canvas.dataset.chart);
  delete canvas.dataset.chart;
  configuration.options.plugins.legend.labels = { filter: (item) => !item.text.endsWith('highest run') };
  new Chart(canvas, configuration);
};
const drawAll = () => document.querySelectorAll('canvas').forEach(draw);
document.querySelectorAll('details').forEach((details) => details.addEventListener('toggle', drawAll));
addEventListener('beforeprint', () => {
  document.querySelectorAll('details').forEach((details) => { details.open = true; });
  drawAll();
});
drawAll();`;

/**
 * The whole report as one page that needs nothing else: pictures that can be read in a minute, then all the rest to unfold.
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
${results.some(({ quick }) => quick) ? `<p class="quick"><strong>quick</strong> ${escapeHtml(QUICK)}</p>` : ''}
<p>Bars are medians; thin lines and brackets go from the lowest to the highest run. All contenders of a picture took turns in the same run: compare them with each other, not with another machine.</p>
${picturesOf(results).map(pictureHtml).join('\n')}
${targets(results)}
<h2>All questions</h2>
${results.map(profileHtml).join('\n')}
<script>${chartLibrary.replaceAll('</script', '<\\/script')}</script>
<script>${DRAW}</script>
</body>
</html>
`;
}

function pictureHtml({ title, text, charts, readings }: Picture, index: number): string {
  return `<section class="picture">
<h2>${index + 1}. ${escapeHtml(title)}</h2>
<p>${escapeHtml(text)}</p>
<div class="charts">${charts.map(chartHtml).join('\n')}</div>
${readings.map((reading) => `<p class="reading">${escapeHtml(reading)}</p>`).join('\n')}
</section>`;
}

function targets(results: readonly ProfileResult[]): string {
  const findings = results.flatMap((result) =>
    findingsOf(result)
      .filter(({ target }) => target !== undefined)
      .map((finding) => ({ ...finding, title: `${result.profile}: ${finding.title}` })),
  );
  return findings.length === 0 ? '' : `<h2>Targets</h2>\n${tableHtml(findingsTable(findings))}`;
}

function profileHtml(result: ProfileResult): string {
  const others = findingsOf(result).filter(({ target }) => target === undefined);
  return `<details class="profile" id="${escapeHtml(result.profile)}"><summary>${escapeHtml(`${result.profile}: ${result.question}`)}</summary>
<p class="small">${escapeHtml(circumstances(result))}</p>
${others.length === 0 ? '' : tableHtml(findingsTable(others))}
${result.sections.map(sectionHtml).join('\n')}
${result.notes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('\n')}
</details>`;
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
