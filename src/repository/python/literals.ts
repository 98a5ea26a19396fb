const escapes: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** What a string literal stands for. https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences */
export const stringValue = (literal: string): string => {
  const { prefix = "", quote = "" } = /^(?<prefix>[A-Za-z]*)(?<quote>"""|'''|"|')/.exec(literal)?.groups ?? {};
  const start = prefix.length + quote.length;
  const isClosed = literal.length >= start + quote.length && literal.endsWith(quote);
  const body = literal.slice(start, isClosed ? literal.length - quote.length : undefined);
  if (/r/i.test(prefix) || !body.includes("\\")) return body;
  return body.replace(
    /\\(?:\r\n|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|[\s\S])/g,
    (written: string): string => {
      const code = written.slice(1);
      if (code === "\r\n") return "";
      if (/^[xuU]./.test(code)) return character(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return character(Number.parseInt(code, 8));
      return Object.hasOwn(escapes, code) ? (escapes[code] as string) : written;
    },
  );
};

const character = (point: number): string => (point <= 0x10ffff ? String.fromCodePoint(point) : "\ufffd");
