/** Values that a careless copy changes. Each is JSON or a timestamp as somebody may write it. */
// @ts-nocheck


/** None of them may become `infinity`, lose a microsecond, or move by a time zone. */
export const HOSTILE_TIMES: readonly string[] = [
  'infinity',
  '-infinity',
  '4713-01-01 00:00:00+00 BC',
  '0044-03-15 12:00:00.000001+00 BC',
  '0001-12-31 23:59:59.999999+00 BC',
  '0001-01-01 00:00:00+00',
  '1883-11-18 12:03:57.999999-04:56:02',
  '1969-12-31 23:59:59.999999+00',
  '1999-12-31 23:59:59.999999+00',
  '2000-01-01 00:00:00.000001+00',
  '2024-03-10 07:30:00.000001+00',
  '2024-11-03 05:30:00.999999+00',
  '2024-11-03 06:30:00.999999+00',
  '2038-01-19 03:14:07.000001+14',
  '294276-12-31 23:59:59.999999+00',
];

const NUMBERS = [
  '1e1000',
  '-1e1000',
  '1e-1000',
  '-1.5e-1000',
  '1.10',
  '1.1',
  '1.100',
  '0',
  '-0',
  '0.0',
  '1E+2',
  '0.1e-7',
  '9007199254740991',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '9223372036854775808',
  '-9223372036854775809',
  '1234567890123456789012345678901234567890',
  '0.1234567890123456789012345678901234567890',
  '3.141592653589793238462643383279',
];

const CONTROL_CHARACTERS = Array.from(
  { length: 31 },
  (_, n) => `\\u${(n + 1).toString(16).padStart(4, '0')}`,
);

const STRINGS = [
  '',
  ' ',
  '\\" \\\\ \\/ \\b \\f \\n \\r \\t',
  CONTROL_CHARACTERS.join(''),
  '\\u007f \\u0080 \\u009f \\u00a0 \\u2028 \\u2029 \\ufeff \\ufffd \\uffff',
  '\\ud83d\\ude00 \\uD834\\uDD1E \u{1F600} \u{10FFFF}',
  'e\\u0301 \\u00e9 é ä ß 日本語 \\u202e',
  "' '' $$ $1[7] ; DROP TABLE events; -- \\\\' \\\\n \\\\N \\\\.",
];

const STRUCTURES = [
  'null',
  'true',
  '[]',
  '{}',
  '"text"',
  `${'['.repeat(200)}${']'.repeat(200)}`,
  `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`,
  '{"b": 1, "a": 2, "b": 3, "a": {"x": 1, "x": 2}}',
  '{"": 1, " ": 2, "\\"": 3, "\\\\": 4, "ä": 5, "aa": 6, "b": 7, "\\u0001": 8}',
  '{"entityName": null, "operation": 1.10, "entityId": [1], "metadata": {"command": {"a": 1}}}',
];

/** An event whose text has exactly this many bytes. */
function eventOfBytes(bytes: number): string {
  return `{"text": "${'x'.repeat(bytes - '{"text": ""}'.length)}"}`;
}

/** JSON texts as somebody may insert them. */
export const HOSTILE_EVENTS: readonly string[] = [
  ...NUMBERS.map((number) => `{"number": ${number}, "more": [${number}, [${number}]]}`),
  ...STRINGS.map((text) => `{"text": "${text}", "${text}": ["${text}"]}`),
  ...STRUCTURES,
  ...[7_999, 8_000, 8_001].map(eventOfBytes),
];
