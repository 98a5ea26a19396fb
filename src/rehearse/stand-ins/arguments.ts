/** Options by name, each with its values in order, and what is no option. */
export interface Arguments {
  readonly rest: readonly string[];
  /** Every value of an option, under any of its names. */
  readonly all: (...names: readonly string[]) => readonly string[];
  /** The last value of an option, under any of its names. */
  readonly last: (...names: readonly string[]) => string | undefined;
  /** Whether a switch is on. */
  readonly has: (name: string) => boolean;
}

/** Reads arguments as docker does: `--name value`, `--name=value`, and switches. */
export const readArguments = (argv: readonly string[], valued: readonly string[]): Arguments => {
  const options: (readonly [string, string])[] = [];
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? "";
    const [, name = word, value] = /^(-[^=]*)=(.*)$/s.exec(word) ?? [];
    if (!word.startsWith("-") || word === "-") rest.push(word);
    else if (value !== undefined) options.push([name, value]);
    else if (valued.includes(word)) options.push([word, argv[++index] ?? ""]);
    else options.push([word, "true"]);
  }
  const all = (...names: readonly string[]) =>
    options.filter(([name]) => names.includes(name)).map(([, value]) => value);
  return { rest, all, last: (...names) => all(...names).at(-1), has: name => all(name).at(-1) === "true" };
};
