import { closest } from "../diagnostics/closest.ts";
import type { ExitCode } from "../diagnostics/exit-code.ts";
import { exitCodes } from "../diagnostics/exit-code.ts";
import type { RuleInfo } from "../diagnostics/report.ts";
import { checkInfos } from "../doctor/check-infos.ts";
import { checks } from "../doctor/checks/index.ts";
import { exampleFiles } from "../doctor/examples.ts";
import { exampleText } from "../lint/examples.ts";
import { ruleInfos } from "../lint/rule-infos.ts";
import { rules } from "../lint/rules/index.ts";
import type { App, GlobalOptions } from "./app.ts";

const infos: readonly RuleInfo[] = [...ruleInfos, ...checkInfos];

/** The command `explain`. */
export const explainRule = async (app: App, options: GlobalOptions, id: string | undefined): Promise<ExitCode> => {
  if (id === undefined) {
    const wanted = options.format === "json" ? JSON.stringify(infos, null, 2) : list();
    app.host.stdout.write(`${wanted}\n`);
    return exitCodes.clean;
  }
  const info = infos.find(rule => rule.id === id);
  if (info === undefined) {
    const near = closest(
      id,
      infos.map(rule => rule.id),
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

const list = (): string => {
  const widest = Math.max(...infos.map(({ id }) => id.length));
  return infos.map(({ id, severity, summary }) => `${id.padEnd(widest)}  ${severity.padEnd(7)}  ${summary}`).join("\n");
};

interface Examples {
  readonly bad?: string | undefined;
  readonly good?: string | undefined;
}

const examplesOf = (id: string): Examples => {
  const rule = rules.find(known => known.id === id);
  if (rule) return { bad: exampleText(rule, "bad"), good: exampleText(rule, "good") };
  const check = checks.find(known => known.id === id);
  return check ? { bad: exampleFiles(check, "bad"), good: exampleFiles(check, "good") } : {};
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
