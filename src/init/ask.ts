import type { Readable, Writable } from "node:stream";
import { isCancel, multiselect, select, text } from "@clack/prompts";
import { printable } from "../diagnostics/printable.ts";
import type { Decision } from "./proposal.ts";
import type { Question } from "./questions.ts";

/** A terminal other than that of this process. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks one after the other; `undefined` when whoever is asked goes away. */
export const ask = async (
  questions: readonly Question[],
  terminal?: Terminal,
): Promise<readonly Decision[] | undefined> => {
  const decisions: Decision[] = [];
  for (const question of questions) {
    const answered = await answer(question, terminal);
    if (answered === undefined) return undefined;
    decisions.push(...answered);
  }
  return decisions;
};

const answer = async (question: Question, terminal: Terminal | undefined): Promise<readonly Decision[] | undefined> => {
  const { message } = question;
  switch (question.kind) {
    case "text": {
      const given = await text({
        ...terminal,
        message,
        initialValue: question.initial,
        validate: value => question.problem((value ?? "").trim()),
      });
      return isCancel(given) ? undefined : question.decide(given.trim());
    }
    case "one": {
      const given = await select({
        ...terminal,
        message,
        options: shown(question.options),
        initialValue: question.initial,
      });
      return isCancel(given) ? undefined : question.decide(given);
    }
    case "some": {
      const given = await multiselect({
        ...terminal,
        message,
        options: shown(question.options),
        initialValues: [...question.initial],
        required: question.isRequired,
      });
      return isCancel(given) ? undefined : question.decide(given);
    }
  }
};

/** Names of a repository are not to be obeyed by a terminal. */
const shown = <T extends { readonly label: string; readonly hint?: string }>(options: readonly T[]): T[] =>
  options.map(option => ({
    ...option,
    label: printable(option.label),
    ...(option.hint !== undefined && { hint: printable(option.hint) }),
  }));
