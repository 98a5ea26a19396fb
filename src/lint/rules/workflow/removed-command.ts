import { defineRule } from "../../rule.ts";

export const removedCommand = defineRule({
  id: "workflow/removed-command",
  severity: "error",
  summary: "A script prints a workflow command that GitHub has switched off, or is about to.",
  why: "The runner refuses `::set-env` and `::add-path` since 2020 and fails the step; `::set-output` and `::save-state` still work with a warning, and anything that is printed can forge them.",
  hint: "append `name=value` to the file that `$GITHUB_ENV`, `$GITHUB_PATH`, `$GITHUB_OUTPUT` or `$GITHUB_STATE` names",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#environment-files",
  examples: {
    kind: "step",
    bad: `- name: Choose the stage
  run: echo "::set-env name=STAGE::train"
`,
    good: `- name: Choose the stage
  run: echo "STAGE=train" >> "$GITHUB_ENV"
`,
  },
  check: ({ scripts }, report) => {
    for (const { step, script } of scripts)
      for (const { name, args } of script.commands) {
        if (name !== "echo" && name !== "printf") continue;
        for (const { start, place } of args) {
          const [, command = ""] = /^\s*::([a-z-]+)(?:\s|::|$)/.exec(start) ?? [];
          const file = Object.hasOwn(FILES, command) ? FILES[command] : undefined;
          if (!file) continue;
          if (!file.removed)
            report(place, `\`::${command}\` is deprecated: write to \`$${file.name}\``, { severity: "warning" });
          // Whoever allows it again has a finding about that.
          else if (step.variable("ACTIONS_ALLOW_UNSECURE_COMMANDS") !== "true")
            report(place, `the runner refuses \`::${command}\`: write to \`$${file.name}\``);
        }
      }
  },
});

const FILES: Readonly<Record<string, { readonly name: string; readonly removed: boolean }>> = {
  // https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/
  "set-env": { name: "GITHUB_ENV", removed: true },
  "add-path": { name: "GITHUB_PATH", removed: true },
  // https://github.blog/changelog/2023-07-24-github-actions-update-on-save-state-and-set-output-commands/
  "set-output": { name: "GITHUB_OUTPUT", removed: false },
  "save-state": { name: "GITHUB_STATE", removed: false },
};
