/** What stands where a value is not known. */
export const UNKNOWN = '–';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fraction = new Intl.NumberFormat('en', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** `12,345`. */
export function count(value: number | null): string {
  return value === null ? UNKNOWN : whole.format(value);
}

/** `1 event`, `12,345 events`. */
export function counted(value: number | null, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Groups the digits of an id without rounding it: ids exceed what a number can hold. */
export function id(digits: string | null): string {
  return digits === null ? UNKNOWN : digits.replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `0.5/s` below ten, `1,200/s` above. */
export function perSecond(value: number): string {
  return `${value > 0 && value < 10 ? fraction.format(value) : whole.format(value)}/s`;
}

/** `512 B`, `1.2 MB`, in powers of a thousand. */
export function bytes(value: number): string {
  const power = Math.max(0, Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  const scaled = value / 1000 ** power;
  const digits = power > 0 && scaled < 100 ? fraction.format(scaled) : whole.format(scaled);
  return `${digits} ${BYTE_UNITS[power]}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`: two units at most. */
export function duration(seconds: number | null): string {
  if (seconds === null) return UNKNOWN;
  const positive = Math.max(0, seconds);
  if (positive < 0.05) return '0 s';
  if (positive < 9.95) return `${fraction.format(positive)} s`;
  const rounded = Math.round(positive);
  if (rounded < 60) return `${rounded} s`;
  if (rounded < 3600) return pair(rounded, 60, ['min', 's'], 1);
  if (rounded < 86_400) return pair(rounded, 3600, ['h', 'min'], 60);
  return pair(rounded, 86_400, ['d', 'h'], 3600);
}

function pair(seconds: number, unit: number, names: readonly [string, string], smaller: number): string {
  const smalls = Math.floor(seconds / smaller);
  const perUnit = unit / smaller;
  const rest = smalls % perUnit;
  const first = `${whole.format(Math.floor(smalls / perUnit))} ${names[0]}`;
  return rest === 0 ? first : `${first} ${rest} ${names[1]}`;
}

/** Seconds from one time of the server's clock to another, never negative. */
export function secondsBetween(from: string, to: string): number {
  return Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** `14:03:59`, by the clock and zone of the reader. */
export function clockTime(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB');
}

/** `8 s`, `3 min`, `2 h`, `4 d`: in one unit, rounded down. */
export function age(from: string, to: string): string {
  return roughly(secondsBetween(from, to));
}

/** The same for an amount of seconds. */
export function roughly(exactly: number): string {
  const seconds = Math.floor(exactly);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${count(Math.floor(seconds / 86_400))} d`;
}
