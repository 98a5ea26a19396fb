import { mayBeThereWithin } from "../../made-files.ts";
import { suggestion } from "../../programs/suggestion.ts";
import { defineRule } from "../../rule.ts";
import { jobInClone } from "./example-job.ts";
import { calledModule } from "./python-modules.ts";

export const missingModule = defineRule({
  id: "pipeline/missing-module",
  severity: "error",
  summary: "A command runs a Python module that is not in the repository, though its package is.",
  why: "Python ends with `No module named …`: the step fails on every run. Nothing else notices, because no test imports what a workflow names.",
  hint: "name a module that is there, or commit the one that is meant",
  reference: "https://docs.python.org/3/using/cmdline.html#cmdoption-m",
  examples: {
    kind: "job",
    bad: jobInClone(
      "- name: Promote the model\n  run: python -m creditrisk.pipelines.auto_promotion --transition-log reports/transition.json\n",
    ),
    good: jobInClone(
      "- name: Promote the model\n  run: python -m creditrisk.pipelines.auto_promote --transition-log reports/transition.json\n",
    ),
  },
  check: ({ scripts }, report, { repository }) => {
    if (!repository) return;
    for (const { step, script } of scripts)
      for (const command of script.commands) {
        const module = calledModule(step, command, repository);
        if (!module?.state || module.state.kind === "found") continue;
        const { name, word, isRun, state } = module;
        if (state.kind === "no-main") {
          if (isRun)
            report(word.place, `\`${name}\` is a package without \`__main__.py\`, which \`python -m\` cannot run`);
        } else if (
          !mayBeThereWithin(step, {
            path: `${state.package}/${name.split(".").at(-1)}.py`,
            kind: "module",
            readings: new Set([word]),
            repository,
          })
        ) {
          const near = suggestion(name, state.siblings);
          report(
            word.place,
            `there is no module \`${name}\` in the package ${state.package}`,
            near === undefined ? {} : { hint: `did you mean \`${near}\`?` },
          );
        }
      }
  },
});
