// @ts-nocheck
export interface Link {
  readonly text: string;
  /** Path from the document's folder; empty: the document itself. */
  readonly target: string;
  /** Name of a section of the target; empty: none. */
  readonly anchor: string;
}

/** Links to this and other files of the repository: `[text](target)`, and `[text][name]` with `[name]: target`. */
export function relativeLinks(markdown: string): Link[] {
  const named = new Map(
    [...markdown.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name = '', target = '']) => [name, target]),
  );
  const found = [...markdown.matchAll(/\[([^\]]*)\](?:\(([^)\s]+)\)|\[([^\]]+)\])/g)];
  return found.flatMap(([, text = '', inline, name = '']) => {
    const link = inline ?? named.get(name);
    if (link === undefined || /^[a-z]+:/.test(link)) return [];
    const [target = '', anchor = ''] = link.split('#');
    return [{ text, target, anchor }];
  });
}

/** Names that links use for the sections of a document, as GitHub makes them of its headings. */
export function anchors(markdown: string): string[] {
  const headings = markdown.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The contents of the fenced blocks that a line `<!-- mark -->` stands right before, in their order. */
export function codeBlocks(markdown: string, mark: string): string[] {
  const pattern = new RegExp(`^<!-- ${mark} -->\\n\`\`\`[a-z]*\\n(.*?)\\n\`\`\`$`, 'gms');
  return [...markdown.matchAll(pattern)].map(([, content = '']) => content);
}
