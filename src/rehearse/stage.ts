import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { actionFacts } from "../actions/catalogue.ts";
import { isKnown, known } from "./stand-ins/known.ts";
import type { Declared } from "./workflow.ts";
import { stepsOf } from "./workflow.ts";

/** The actions of a workflow, each as a folder that act can use in its place. */
export interface Staged {
  /** Folder by `owner/name@ref`. */
  readonly folders: ReadonlyMap<string, string>;
  /** Actions nobody wrote a stand-in for: their steps do nothing. */
  readonly idle: readonly string[];
}

/** Writes the stand-ins of a workflow's actions, each with the inputs and outputs that the catalogue knows of it. */
export const stageActions = (workflow: Declared, folder: string, program: string): Staged => {
  const folders = new Map<string, string>();
  const idle = new Set<string>();
  for (const { uses, with: given = {} } of stepsOf(workflow)) {
    const [, name, path = "", ref] = /^([^./][^/]*\/[^/@]+)((?:\/[^@]+)?)@(.+)$/.exec(uses ?? "") ?? [];
    if (name === undefined || ref === undefined) continue;
    const home = join(folder, `${name.replace("/", "__")}@${ref}`);
    folders.set(`${name}@${ref}`, home);
    const action = `${name}${path}`;
    if (!isKnown(action)) idle.add(action);
    const facts = actionFacts(action);
    const inputs = facts ? Object.keys(facts.inputs) : Object.keys(given);
    const post = isKnown(action) && known[action].post;
    const place = join(home, path);
    mkdirSync(place, { recursive: true });
    writeFileSync(
      join(place, "action.yml"),
      JSON.stringify({
        name: action,
        description: `Stand-in for ${action}`,
        inputs: Object.fromEntries(inputs.map(input => [input, { description: input, required: false }])),
        outputs: Object.fromEntries((facts?.outputs ?? []).map(output => [output, { description: output }])),
        runs: { using: "node24", main: "main.cjs", ...(post && { post: "post.cjs" }) },
      }),
    );
    for (const part of post ? ["main", "post"] : ["main"])
      writeFileSync(join(place, `${part}.cjs`), launcher(program, ["action", action, part]));
  }
  return { folders, idle: [...idle].sort() };
};

/** Jobs are machines of their own: each has a home beside its temporary folder. */
const launcher = (program: string, args: readonly string[]): string => `"use strict";
const { dirname, join } = require("node:path");
process.env.HOME = join(dirname(process.env.RUNNER_TEMP), "home");
require("node:fs").mkdirSync(process.env.HOME, { recursive: true });
process.argv.splice(2, process.argv.length, ...${JSON.stringify(args)});
require(${JSON.stringify(program)});
`;
