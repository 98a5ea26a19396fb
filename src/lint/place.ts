/** A stretch of a file: lines and columns count from one, columns in UTF-16 units; the end is the first column after it. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** The text of a file, and how offsets in it relate to lines and columns. */
export class SourceText {
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  get lineCount(): number {
    return this.#starts.length;
  }

  /** The text of a line, without its end; empty beyond the file. */
  line(line: number): string {
    const start = this.#starts[line - 1];
    if (start === undefined) return "";
    const end = this.#starts[line];
    return this.text.slice(start, end === undefined ? undefined : end - 1).replace(/\r$/, "");
  }

  /** The column, from zero, of the YAML collection that holds what stands at a place. */
  indent({ line, column }: Pick<Place, "line" | "column">): number {
    const before = this.line(line).slice(0, column - 1);
    let [at, indent] = [0, 0];
    for (;;) {
      while (before[at] === " ") at += 1;
      if (at >= before.length) return indent;
      indent = at;
      if (!/^[-?]\s/.test(before.slice(at, at + 2))) return indent;
      at += 1;
    }
  }

  slice({ line, column, endLine, endColumn }: Place): string {
    return this.text.slice(this.offset(line, column), this.offset(endLine, endColumn));
  }

  offset(line: number, column: number): number {
    return Math.min((this.#starts[line - 1] ?? this.text.length) + column - 1, this.text.length);
  }

  place(start: number, end: number): Place {
    const [from, to] = [this.#position(start), this.#position(Math.max(start, end))];
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #position(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.#starts[low] as number) + 1 };
  }
}

export const samePlace = (one: Place, other: Place): boolean =>
  one.line === other.line &&
  one.column === other.column &&
  one.endLine === other.endLine &&
  one.endColumn === other.endColumn;
