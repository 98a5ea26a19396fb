/** A mechanical mend: changes of files that need no decision. */
export interface Fix {
  /** What it does, as a command: "install dvc with its plugin for s3". */
  readonly title: string;
  readonly edits: readonly Edit[];
}

/** Replaces a stretch of a file; of a file that is not there, only `{ start: 0, end: 0 }`, which makes it. */
export interface Edit {
  /** Relative to the repository. */
  readonly file: string;
  /** UTF-16 offsets in the file's text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Applied {
  /** The new text of each file that changes. */
  readonly files: ReadonlyMap<string, string>;
  /** Those that touch what another one changes already: they can be found and made again afterwards. */
  readonly skipped: readonly Fix[];
}

/** The files as these fixes make them. Two fixes that are the same are one. */
export const applied = (fixes: readonly Fix[], read: (file: string) => string | undefined): Applied => {
  const edits = new Map<string, Edit[]>();
  const skipped: Fix[] = [];
  for (const fix of fixes) {
    const fresh = fix.edits.filter(edit => !(edits.get(edit.file) ?? []).some(other => isSame(edit, other)));
    if (fresh.some(edit => (edits.get(edit.file) ?? []).some(other => touches(edit, other)))) {
      skipped.push(fix);
      continue;
    }
    for (const edit of fresh) edits.set(edit.file, [...(edits.get(edit.file) ?? []), edit]);
  }
  const files = [...edits].map(([file, changes]) => [file, edited(read(file) ?? "", changes)] as const);
  return { files: new Map(files), skipped };
};

const edited = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((changed, { start, end, text: put }) => changed.slice(0, start) + put + changed.slice(end), text);

const isSame = (one: Edit, other: Edit): boolean =>
  one.start === other.start && one.end === other.end && one.text === other.text;

/** Of two insertions at one place, which comes first would be chance. */
const touches = (one: Edit, other: Edit): boolean => one.start <= other.end && other.start <= one.end;
