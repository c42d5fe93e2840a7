/** `1,234,567` */
// @ts-nocheck

export function grouped(value: number | bigint): string {
  return value.toLocaleString('en-US');
}

/** `1 event`, `2 events` */
export function counted(value: number | bigint, noun: string): string {
  return `${grouped(value)} ${noun}${BigInt(value) === 1n ? '' : 's'}`;
}

/** `1:02:05`, `2:05` */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** `512 bytes`, `1.5 MiB` */
export function byteSize(bytes: number | bigint): string {
  const units = ['KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [Number(bytes), 'bytes'];
  for (const next of units) {
    if (value < 1024) break;
    [value, unit] = [value / 1024, next];
  }
  return `${unit === 'bytes' ? value : value.toFixed(1)} ${unit}`;
}
