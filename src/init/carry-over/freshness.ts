import type { Word } from "../../lint/script.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf, lineOf } from "./commands.ts";
import { judgesFreshness } from "./kinds.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import { spotOf } from "./run.ts";
import { textIn, wordValue } from "./values.ts";

const jobOf = { cd: "train", nightly: "refresh" } as const;

/** The gate on the age of the data. */
export const readFreshness = ({ roles, ledger, root }: Context): void => {
  for (const role of ["cd", "nightly"] as const)
    for (const run of roles[role]?.steps ?? [])
      for (const use of commandsOf(run)) {
        if (!judgesFreshness(use)) continue;
        ledger.account(use.command, { workflow: role, job: jobOf[role], step: "freshness" });
        const age = optionOf(use, "--max-age-hours");
        const hours = Number(textIn(age && wordValue(age.value, run)));
        if (age && Number.isFinite(hours))
          ledger.carry(["freshness", "maxAgeHours", role], hours, spotOf(run, age.value));
        const fails = use.command.args.filter(({ value }) => value === "--fail-on-stale");
        if (!age && fails.length === 0) {
          ledger.lose(
            use.spot,
            "this judges the age of the data without `--max-age-hours` and `--fail-on-stale`, which `freshness.command` is given",
            "teach it both and name it in `freshness.command`, or add it as it is with `extend.cd.train.after.train`",
          );
          continue;
        }
        if (run.file.faults.within(use.command.place)) continue;
        const line = lineOf(use, root, () => false, [...(age?.words ?? []), ...fails]);
        if ("problem" in line)
          ledger.lose(
            use.spot,
            `the freshness gate is not taken over: ${line.problem}`,
            "write it on one line in `freshness.command`",
          );
        else ledger.carry(["freshness", "command"], line.text, use.spot);
        const report = textIn(valueAt(use, "--output") ?? undefined);
        const path = report === undefined ? undefined : underRoot(report, root);
        if (path !== undefined) ledger.carry(["freshness", "report"], path, use.spot);
      }
};

const valueAt = (use: CommandUse, flag: string) => {
  const option = optionOf(use, flag);
  return option && wordValue(option.value, use.at);
};

/** An option with its value, and the words that it takes. */
export const optionOf = (
  { command: { args } }: CommandUse,
  flag: string,
): { readonly value: Word; readonly words: readonly Word[] } | undefined => {
  const index = args.findIndex(({ start }) => start === flag || start.startsWith(`${flag}=`));
  const word = args[index];
  if (!word) return undefined;
  if (word.start === flag) {
    const value = args[index + 1];
    return value && { value, words: [word, value] };
  }
  const cut = flag.length + 1;
  return {
    value: { ...word, value: word.value?.slice(cut), start: word.start.slice(cut), text: word.text.slice(cut) },
    words: [word],
  };
};
