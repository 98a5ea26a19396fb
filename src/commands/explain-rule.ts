import { closest } from "../diagnostics/closest.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { RuleInfo } from "../diagnostics/report.ts";
import { exampleText } from "../lint/examples.ts";
import { ruleInfos } from "../lint/rule-infos.ts";
import { rules } from "../lint/rules/index.ts";
import type { App, GlobalOptions } from "./app.ts";

/** The command `explain`. */
export const explainRule = async (app: App, options: GlobalOptions, id: string | undefined): Promise<ExitCode> => {
  if (id === undefined) {
    const wanted = options.format === "json" ? JSON.stringify(ruleInfos, null, 2) : list(ruleInfos);
    app.host.stdout.write(`${wanted}\n`);
    return exitCodes.clean;
  }
  const info = ruleInfos.find(rule => rule.id === id);
  if (info === undefined) {
    const near = closest(
      id,
      ruleInfos.map(rule => rule.id),
    );
    return app.refuse(options, "explain", [
      {
        code: "usage/unknown-rule",
        severity: "error",
        message: `there is no rule ${JSON.stringify(id)}`,
        hint: near === undefined ? "`creditrisk-ci explain` lists them all" : `did you mean \`${near}\`?`,
      },
    ]);
  }
  const examples = examplesOf(id);
  app.host.stdout.write(
    options.format === "json" ? `${JSON.stringify({ ...info, ...examples }, null, 2)}\n` : page(info, examples),
  );
  return exitCodes.clean;
};

const list = (infos: readonly RuleInfo[]): string => {
  const widest = Math.max(...infos.map(({ id }) => id.length));
  return infos.map(({ id, severity, summary }) => `${id.padEnd(widest)}  ${severity.padEnd(7)}  ${summary}`).join("\n");
};

interface Examples {
  readonly bad?: string;
  readonly good?: string;
}

const examplesOf = (id: string): Examples => {
  const rule = rules.find(known => known.id === id);
  return rule ? { bad: exampleText(rule, "bad"), good: exampleText(rule, "good") } : {};
};

const page = ({ id, severity, summary, why, hint, helpUri }: RuleInfo, { bad, good }: Examples): string =>
  [
    `${id} (${severity})`,
    `${summary}\n${why}\n${hint}`,
    ...(bad === undefined ? [] : [`Bad:\n\n${indented(bad)}`]),
    ...(good === undefined ? [] : [`Good:\n\n${indented(good)}`]),
    ...(helpUri === undefined ? [] : [`See ${helpUri}`]),
  ]
    .map(part => `${part.trimEnd()}\n`)
    .join("\n");

const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");
