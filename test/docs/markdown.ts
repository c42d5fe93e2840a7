export interface Link {
  readonly text: string;
  /** Path from the document's folder, without an anchor. */
  readonly target: string;
}

/** Links to other files of the repository. */
export function relativeLinks(markdown: string): Link[] {
  return [...markdown.matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g)]
    .map(([, text = '', target = '']) => ({ text, target: target.replace(/#.*$/, '') }))
    .filter(({ target }) => target !== '' && !/^[a-z]+:/.test(target));
}

/** The contents of the fenced blocks that a line `<!-- mark -->` stands right before, in their order. */
export function codeBlocks(markdown: string, mark: string): string[] {
  const pattern = new RegExp(`^<!-- ${mark} -->\\n\`\`\`[a-z]*\\n(.*?)\\n\`\`\`$`, 'gms');
  return [...markdown.matchAll(pattern)].map(([, content = '']) => content);
}
