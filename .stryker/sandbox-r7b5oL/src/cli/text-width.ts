/** Characters that take two columns of a terminal: most of East Asia's, and emoji. */
// @ts-nocheck

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** Characters that join the one before them. */
const JOINING = /\p{Mn}|\p{Me}/u;

/** How many columns of a terminal a text takes that has no control characters. */
export function textWidth(text: string): number {
  return [...text].reduce((width, character) => width + characterWidth(character), 0);
}

/** The text, or its beginning and end with `…` between them, in at most so many columns. */
export function shortened(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const characters = [...text];
  const end = beginning(characters.toReversed(), Math.floor((columns - 1) / 2));
  return `${cutOff(text, columns - 1 - textWidth(end.join('')))}…${end.reverse().join('')}`;
}

/** The beginning of the text that fits into so many columns. */
export function cutOff(text: string, columns: number): string {
  return beginning([...text], columns).join('');
}

function beginning(characters: readonly string[], columns: number): string[] {
  let width = 0;
  const tooWide = characters.findIndex((character) => {
    width += characterWidth(character);
    return width > columns;
  });
  return tooWide === -1 ? [...characters] : characters.slice(0, tooWide);
}

function characterWidth(character: string): number {
  if (JOINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
