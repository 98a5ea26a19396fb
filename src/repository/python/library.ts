import type { RepositoryContents } from "../contents.ts";
import type { Spot } from "../source-problem.ts";
import type { CommandLineInterface } from "./command-line.ts";
import type { Expression } from "./syntax.ts";
import type { Call, Scope, Value } from "./values.ts";

/** What a library's function does when a program calls it. */
export type LibraryFunction = (call: Call, runtime: Runtime) => Value;

/** Functions by their full names, `argparse.ArgumentParser`. */
export type Library = Readonly<Record<string, LibraryFunction>>;

/** What a program does to the world outside of it, in the order it happens. */
export type Fact =
  | {
      readonly kind: "write" | "read";
      /** Relative to the repository. */
      readonly path: string;
      readonly isFolder: boolean;
      /** Where the file is opened. */
      readonly spot: Spot;
      /** Where the program's own file begins what ends there. */
      readonly cause: Spot;
      /** Whether it happens in some cases only. */
      readonly isConditional: boolean;
    }
  | {
      readonly kind: "tracking-uri";
      readonly value: Value;
      readonly spot: Spot;
      readonly isConditional: boolean;
      /** Whether a condition that looks at the environment decides. */
      readonly isUpToEnvironment: boolean;
    }
  | { readonly kind: "modification-time"; readonly path: string | undefined; readonly spot: Spot }
  /** The program moves a model to where it is used. */
  | { readonly kind: "promotion"; readonly spot: Spot }
  /** In some cases the program ends here with 0, and does not get to the promotion that is noted besides. */
  | { readonly kind: "refusal"; readonly spot: Spot };

/** What library functions may ask of the program that calls them. */
export interface Runtime {
  readonly repository: RepositoryContents;
  /** The folder it runs in, relative to the repository. */
  readonly folder: string;
  /** The words behind its name; `undefined`: one that is only known at run time. */
  readonly words: readonly (string | undefined)[] | undefined;
  /** Whether what happens now happens in some cases only. */
  readonly isConditional: boolean;
  call(value: Value, call: Partial<Call>): Value;
  attribute(value: Value, name: string): Value;
  /** What an expression of a function's head stands for. */
  valueIn(expression: Expression, scope: Scope): Value;
  /** Notes what is done with a file. */
  touch(kind: "write" | "read", path: Value | undefined, call: Call, isFolder?: boolean): void;
  note(fact: Fact): void;
  /** Something got hold of these and may do anything with them. */
  escaped(...values: readonly (Value | undefined)[]): void;
  /** The program goes no further. `status`: that it ends with. */
  end(status: Value): void;
  /** The command line it reads turned out to be this. */
  reads(commandLine: CommandLineInterface): void;
  /** Notes what would have kept the program from getting here without a failure. */
  noteRefusals(): void;
  conditions(): { readonly isConditional: boolean; readonly isUpToEnvironment: boolean };
}
