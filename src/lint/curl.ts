import type { ShellCommand, Word } from "./script.ts";

/** What a call of curl asks for. */
export interface CurlCall {
  readonly urls: readonly Word[];
  /** Each option by its long name, with its values; a switch has none. */
  readonly options: ReadonlyMap<string, readonly Word[]>;
  /** False where a word may be several, any of them an option. */
  readonly certain: boolean;
}

/** Options of one letter, those with a value in the first table. https://curl.se/docs/manpage.html */
const shortValued: Readonly<Record<string, string>> = {
  ...{ A: "user-agent", b: "cookie", c: "cookie-jar", C: "continue-at", d: "data", D: "dump-header", e: "referer" },
  ...{ E: "cert", F: "form", H: "header", K: "config", m: "max-time", o: "output", P: "ftp-port", Q: "quote" },
  ...{ r: "range", t: "telnet-option", T: "upload-file", u: "user", U: "proxy-user", w: "write-out", x: "proxy" },
  ...{ X: "request", y: "speed-time", Y: "speed-limit", z: "time-cond" },
};
const shortSwitches: Readonly<Record<string, string>> = {
  ...{ f: "fail", s: "silent", S: "show-error", L: "location", k: "insecure", i: "include", I: "head", G: "get" },
};

const longValued: ReadonlySet<string> = new Set([
  ...Object.values(shortValued),
  ...["data-ascii", "data-binary", "data-raw", "data-urlencode", "json", "url", "url-query", "form-string", "variable"],
  ...[
    "connect-timeout",
    "retry",
    "retry-delay",
    "retry-max-time",
    "resolve",
    "connect-to",
    "interface",
    "key",
    "cacert",
  ],
  ...[
    "capath",
    "aws-sigv4",
    "oauth2-bearer",
    "expect100-timeout",
    "limit-rate",
    "max-filesize",
    "max-redirs",
    "noproxy",
  ],
  ...["output-dir", "proto", "proto-default", "stderr", "trace", "trace-ascii", "unix-socket", "netrc-file", "ciphers"],
]);

export const readCurl = ({ args }: ShellCommand): CurlCall => {
  const urls: Word[] = [];
  const options = new Map<string, Word[]>();
  const add = (name: string, ...values: readonly (Word | undefined)[]): void => {
    options.set(name, [...(options.get(name) ?? []), ...values.flatMap(value => value ?? [])]);
  };
  let certain = true;
  for (let index = 0; index < args.length; index += 1) {
    const word = args[index] as Word;
    if (word.splits && !/[/.:]/.test(word.text)) certain = false;
    if (word.start.startsWith("--")) {
      const name = word.start.slice(2);
      if (longValued.has(name)) add(name, args[++index]);
      else add(name);
      continue;
    }
    if (!word.start.startsWith("-") || word.start === "-") {
      urls.push(word);
      continue;
    }
    for (let at = 1; at < word.start.length; at += 1) {
      const letter = word.start[at] as string;
      const valued = Object.hasOwn(shortValued, letter) ? shortValued[letter] : undefined;
      if (valued === undefined) add((Object.hasOwn(shortSwitches, letter) && shortSwitches[letter]) || letter);
      else if (word.text.length > at + 1) {
        add(valued, tail(word, at + 1));
        break;
      } else add(valued, args[++index]);
    }
  }
  return { urls: [...urls, ...(options.get("url") ?? [])], options, certain };
};

/** The value that stands right behind its letter. */
const tail = (word: Word, from: number): Word => ({
  ...word,
  value: word.value?.slice(from),
  start: word.start.slice(from),
});

/** What is sent, each part as the word that says it. */
export const payloadsOf = ({ options }: CurlCall): readonly Word[] =>
  ["data", "data-ascii", "data-binary", "data-raw", "json"].flatMap(name => options.get(name) ?? []);
