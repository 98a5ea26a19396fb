import { join } from "node:path";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { nodeHost } from "../../src/host/node.ts";
import { lintFile } from "../../src/lint/lint.ts";
import { rules } from "../../src/lint/rules/index.ts";
import { listFolder } from "../../src/repository/contents.ts";
import { workflowsOf } from "./plan.ts";

/** A mistake that can be made by replacing text. */
export interface Mutation {
  readonly rule: string;
  /** Every place where it can be made. */
  readonly find: RegExp;
  readonly put: string;
  /** Lines from the first that changes to that of the finding. */
  readonly at?: number;
  /** How many lines off it may be. */
  readonly near?: number;
  /** The finding has its place where the rule says: at the job, say. */
  readonly anywhere?: boolean;
  /** What else is wrong then. */
  readonly also?: RegExp;
  /** Made everywhere at once, as only that is a mistake. */
  readonly all?: boolean;
  readonly only?: string;
}

export interface Mutant {
  readonly file: string;
  readonly text: string;
  /** The first line that was changed. */
  readonly line: number;
}

/** What is generated for the example with its repository as the root. */
export const exampleConfig: ReadonlyMap<string, string> = workflowsOf({ name: "creditrisk" });

const repository = listFolder(join(import.meta.dirname, "../../examples/creditrisk"), nodeHost().files);

/** Each place takes a parse of a large file: so many are enough to have been everywhere. */
const PLACES = 6;

/** The mutants of a mistake, spread over all places where it can be made. */
export const applied = ({ find, put, all, only }: Mutation): readonly Mutant[] => {
  const mutants = [...exampleConfig]
    .filter(([file]) => only === undefined || file === only)
    .flatMap(([file, text]): readonly Mutant[] => {
      if (all) return [{ file, text: text.replace(find, put), line: 1 }].filter(mutant => mutant.text !== text);
      return [...text.matchAll(find)].map(match => ({
        file,
        text:
          text.slice(0, match.index) +
          match[0].replace(new RegExp(find.source, find.flags), put) +
          text.slice(match.index + match[0].length),
        line: text.slice(0, match.index).split("\n").length,
      }));
    });
  const step = Math.max(1, Math.ceil(mutants.length / PLACES));
  return mutants.filter((_, index) => index % step === 0);
};

export const found = ({ file, text }: Mutant): Promise<readonly Diagnostic[]> =>
  lintFile({ path: `.github/workflows/${file}`, bytes: Buffer.from(text) }, rules, repository);
