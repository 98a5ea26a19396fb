import type { EnvironmentFile } from "../../environment-files.ts";
import { environmentWrites } from "../../environment-files.ts";
import type { Word } from "../../script.ts";
import { plainVariable } from "../../script.ts";
import { contentWords, isDecoder, secretFlow } from "../../secret-flow.ts";
import type { Step, Workflow } from "../../workflow.ts";

/** A secret that a script writes to `$GITHUB_ENV` and its like. */
export interface SecretWrite {
  readonly step: Step;
  readonly file: EnvironmentFile;
  readonly word: Word;
  /** `secrets.NAME`. */
  readonly secret: string;
  /** The variable it is read from. */
  readonly variable: string;
  /** The name it gets in the file; absent where the secret itself says which names are set. */
  readonly name: string | undefined;
  /** Whether it is not the secret as it is stored, but what was taken out of it. */
  readonly isDecoded: boolean;
}

export const secretWrites = ({ scripts }: Workflow): readonly SecretWrite[] =>
  scripts.flatMap(({ step, script }) => {
    const { plain, decoded } = secretFlow(step, script);
    if (plain.size === 0) return [];
    const writes = environmentWrites(script);
    // `NAME<<END`, the value, `END`: what is between has its name.
    const isFramed = writes.some(({ command }) => command.args.some(({ text }) => /\w<</.test(text)));
    return writes.flatMap(({ file, command, sources }) => {
      const pipe = [command, ...sources];
      // What is picked line by line has been looked at.
      if (isFramed || pipe.some(({ name }) => ["grep", "sed", "awk", "cut"].includes(name ?? ""))) return [];
      return pipe.flatMap(source =>
        contentWords(source).flatMap(word => {
          const found = word.expansions.find(expansion => {
            const name = plainVariable(expansion);
            return name !== undefined && (plain.has(name) || decoded.has(name));
          });
          const variable = found === undefined ? undefined : plainVariable(found);
          if (found === undefined || variable === undefined) return [];
          const format = source.name === "printf" ? source.args[0] : undefined;
          const isDecoded = decoded.has(variable) || pipe.some(isDecoder);
          const secret = plain.get(variable) ?? decoded.get(variable);
          const name = pipe.some(isDecoder) ? undefined : nameBefore(word, found, format);
          return secret === undefined ? [] : [{ step, file, word, secret, variable, name, isDecoded }];
        }),
      );
    });
  });

/** The name that stands before a value: `TOKEN` of `TOKEN=$TOKEN` or of the format `TOKEN=%s`. */
const nameBefore = (word: Word, expansion: string, format: Word | undefined): string | undefined => {
  const before = word.text.slice(0, word.text.indexOf(expansion));
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const own = /(\w+)=/.exec(line)?.[1];
  return own ?? (format && format !== word ? /(\w+)=%/.exec(format.text)?.[1] : undefined);
};
