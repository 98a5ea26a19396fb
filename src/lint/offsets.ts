import { CST } from "yaml";

/** The value of a YAML scalar as it is written: `indent`, of the collection around it, matters to a block that names its own. */
export const scalarValue = (written: string, indent: number): string => {
  const [first = ""] = written;
  const token = first === "|" || first === ">" ? blockToken(written, indent) : flowToken(written, first);
  return CST.resolveAsScalar(token, false, () => {})?.value ?? "";
};

/**
 * For each character of a YAML scalar's value, its offset in the scalar as it is written: whatever the style, those that are
 * not blank stand in the same order. A blank, which may be a fold, stands between its neighbours.
 */
export const offsetsIn = (written: string, value: string): Int32Array => {
  const places = visible(written);
  const offsets = new Int32Array(value.length);
  let at = 0;
  let next = 0;
  for (let index = 0; index < value.length; index += 1) {
    if (isBlank(value[index])) {
      const following = places[next] ?? written.length;
      offsets[index] = Math.max(0, Math.min(at, following - 1));
      at += 1;
    } else {
      const offset = places[next] ?? written.length;
      offsets[index] = offset;
      at = offset + 1;
      next += 1;
    }
  }
  return offsets;
};

const blockToken = (written: string, indent: number): CST.BlockScalar => {
  const line = written.indexOf("\n") + 1 || written.length;
  const [header = ""] = /^[|>][-+0-9]*/.exec(written) ?? [];
  const prop: CST.SourceToken = { type: "block-scalar-header", offset: 0, indent, source: header };
  return { type: "block-scalar", offset: 0, indent, props: [prop], source: written.slice(line) };
};

const flowToken = (written: string, quote: string): CST.FlowScalar => {
  const type = quote === '"' ? "double-quoted-scalar" : quote === "'" ? "single-quoted-scalar" : "scalar";
  return { type, offset: 0, indent: 0, source: written };
};

/** The offset of each character of a scalar's value that is not blank; of both halves of one that is two units long. */
const visible = (written: string): readonly number[] => {
  const found: number[] = [];
  const [quote] = written;
  if (quote === '"') {
    for (let at = 1; at < written.length && written[at] !== '"'; at += 1) {
      if (written[at] !== "\\") {
        if (!isBlank(written[at])) found.push(at);
        continue;
      }
      const escaped = written[at + 1] ?? "";
      const digits = DIGITS[escaped] ?? 0;
      const code = digits > 0 ? Number.parseInt(written.slice(at + 2, at + 2 + digits), 16) : undefined;
      const made = code === undefined ? (ESCAPED[escaped] ?? escaped) : characterOf(code);
      for (const unit of made.split("")) if (!isBlank(unit)) found.push(at);
      at += 1 + digits;
    }
    return found;
  }
  const start = quote === "|" || quote === ">" ? written.indexOf("\n") + 1 || written.length : quote === "'" ? 1 : 0;
  for (let at = start; at < written.length; at += 1) {
    if (isBlank(written[at])) continue;
    if (quote === "'" && written[at] === "'") {
      if (written[at + 1] !== "'") break;
      found.push(at);
      at += 1;
    } else found.push(at);
  }
  return found;
};

/** Escapes that name a character by its code, with the number of their digits. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** Those that make a blank, or nothing; what any other makes is not blank. */
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\n": "" };

const characterOf = (code: number): string => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : "");

const isBlank = (character: string | undefined): boolean =>
  character === " " || character === "\n" || character === "\t" || character === "\r";
