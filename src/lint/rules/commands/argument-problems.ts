import { allCommandLines } from "../../invocations.ts";
import type { InvocationProblem } from "../../programs/invocation.ts";
import type { Report } from "../../rule.ts";
import type { Workflow } from "../../workflow.ts";

/** Reports what a program refuses, where it is written. `tell`: the words, or `undefined` for a problem of another rule. */
export const reportProblems = (
  workflow: Workflow,
  report: Report,
  tell: (problem: InvocationProblem, command: string) => string | undefined,
): void => {
  for (const { command, invocation, name } of allCommandLines(workflow))
    for (const problem of invocation.problems) {
      const message = tell(problem, name);
      const word = command.args[problem.index] ?? command.program;
      const { suggestion } = problem;
      if (message !== undefined)
        report(word.place, message, suggestion === undefined ? {} : { hint: `did you mean \`${suggestion}\`?` });
    }
};
