const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABELS = /^(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*$/;

/** What `promtool check metrics` would say: format, names and units of metrics. Empty: nothing. */
export function problemsOfMetrics(text: string): string[] {
  const types = new Map(
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
  );
  const helped = new Set([...text.matchAll(/^# HELP (\S+) \S/gm)].map(([, name]) => name));
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return [
    ...samples.flatMap((line) => problemsOfLine(line, types)),
    ...repeated(samples.map((line) => line.slice(0, line.lastIndexOf(' ')))).map(
      (series) => `twice: ${series}`,
    ),
    ...[...types].flatMap(([name, type]) => problemsOfName(name, type)),
    ...[...types.keys()].filter((name) => !helped.has(name)).map((name) => `no help: ${name}`),
    ...(text.endsWith('\n') ? [] : ['the last line does not end']),
  ];
}

function problemsOfLine(line: string, types: ReadonlyMap<string, string>): string[] {
  const [, name = '', labels = '', value = ''] = LINE.exec(line) ?? [];
  const family = types.get(name) ?? types.get(name.replace(/_(bucket|sum|count)$/, ''));
  const isNumber = /^[+-]Inf$|^nan$/i.test(value) || Number.isFinite(Number(value || 'none'));
  return name !== '' && LABELS.test(labels) && isNumber && family !== undefined
    ? []
    : [`not a sample: ${line}`];
}

function problemsOfName(name: string, type: string): string[] {
  const isTotal = name.endsWith('_total');
  return [
    ...(isTotal === (type === 'counter') ? [] : [`${type} ${name}`]),
    ...(/_(ms|millis|milliseconds|minutes|kb|mb|percent)(_|$)/.test(name) ? [`no base unit: ${name}`] : []),
  ];
}

function repeated(texts: readonly string[]): string[] {
  const seen = new Set<string>();
  return texts.filter((text) => seen.size === seen.add(text).size);
}
