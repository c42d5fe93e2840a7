// @ts-nocheck
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstJsonDifference } from '../../../src/diff/compare/first-json-difference.js';

describe('the first difference of two events', () => {
  test.each([
    ['{"price": 1.10}', '{"price": 1.1}', '$.price', '1.10', '1.1'],
    [
      '{"n": 12345678901234567890}',
      '{"n": 12345678901234567891}',
      '$.n',
      '12345678901234567890',
      '12345678901234567891',
    ],
    ['{"n": 1e400}', '{"n": null}', '$.n', '1e400', 'null'],
    ['{"a": [1, [2, 3]]}', '{"a": [1, [2, 4]]}', '$.a[1][1]', '3', '4'],
    ['{"a": [1]}', '{"a": [1, 2]}', '$.a[1]', '(absent)', '2'],
    ['{"a": {"b c": true}}', '{"a": {}}', '$.a["b c"]', 'true', '(absent)'],
    ['{"a": "1"}', '{"a": 1}', '$.a', '"1"', '1'],
    ['{"a": {}}', '{"a": []}', '$.a', '{}', '[]'],
    ['{"a": {"n": "x"}}', '{"a": null}', '$.a', '{"n":"x"}', 'null'],
    ['"s"', '"n"', '$', '"s"', '"n"'],
    ['{"__proto__": 1}', '{"__proto__": 2}', '$.__proto__', '1', '2'],
    ['{"q\\"": "\\\\"}', '{"q\\"": "\\\\\\\\"}', '$["q\\""]', '"\\\\"', '"\\\\\\\\"'],
  ])('of %s and %s is at %s %s', (left, right, ...[path, shownLeft, shownRight]) => {
    expect(firstJsonDifference(left, right)).toEqual({ path, left: shownLeft, right: shownRight });
  });

  test('of long texts is shown where they begin to differ', () => {
    const text = 'a'.repeat(5000);
    const { left, right } = firstJsonDifference(`{"t": "${text}X${text}"}`, `{"t": "${text}Y${text}"}`);
    expect(left).toMatch(/^…a{20}Xa+…$/);
    expect(right).toMatch(/^…a{20}Ya+…$/);
    expect(left.length).toBeLessThan(70);
  });

  test('of events too long to be fetched is not looked for', () => {
    expect(firstJsonDifference(null, '{}')).toEqual({
      left: 'too long to be shown',
      right: 'too long to be shown',
    });
  });

  test('is found wherever one value was replaced', () => {
    const key = fc.string({ minLength: 1, maxLength: 8 });
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.string(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value.any, { minKeys: 1, maxKeys: 5 }), fc.nat(), (event, pick) => {
        const keys = Object.keys(event);
        const replaced = keys[pick % keys.length] ?? '';
        const other = Object.fromEntries(
          keys.map((each) => [each, each === replaced ? 'replaced!' : event[each]]),
        );
        const found = firstJsonDifference(JSON.stringify(event), JSON.stringify(other));
        expect(found.right).toBe('"replaced!"');
        const wanted = /^[A-Za-z_]\w*$/.test(replaced) ? `$.${replaced}` : `$[${JSON.stringify(replaced)}]`;
        expect(found.path).toBe(wanted);
      }),
    );
  });
});
