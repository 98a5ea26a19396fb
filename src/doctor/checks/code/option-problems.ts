import type { RepositoryContents } from "../../../repository/contents.ts";
import type { WordProblem } from "../../../repository/python/command-line.ts";
import { readWords } from "../../../repository/python/command-line.ts";
import type { CommandUse } from "../../commands.ts";
import type { ProgramUse } from "./programs.ts";
import { followed, programsIn } from "./programs.ts";

/** A word that a program refuses, or that it lacks. */
export interface OptionProblem extends WordProblem {
  readonly program: ProgramUse;
  /** Whether the workflow adds the word, and not the command. */
  readonly isAppended: boolean;
}

/** What the programs of these commands refuse of the words they are given. */
export const optionProblems = (
  repository: RepositoryContents,
  commands: readonly CommandUse[],
): readonly OptionProblem[] =>
  commands.flatMap(programsIn).flatMap(program => {
    const line = followed(repository, program)?.commandLine;
    if (!line || program.command.tolerated) return [];
    const own = program.words.length - program.appended;
    return readWords(line, program.words).problems.map(problem => ({
      ...problem,
      program,
      isAppended: problem.index !== undefined && problem.index >= own,
    }));
  });
