import { dvcConfig } from "../../../repository/dvc/config.ts";
import { defineCheck } from "../../check.ts";

export const noDefaultRemote = defineCheck({
  id: "repository/no-default-remote",
  severity: "error",
  summary: "A command pulls or pushes data, and nothing says where it is.",
  why: "DVC ends with `no remote specified`, or that the remote does not exist.",
  hint: "let `dvc.remote` say where the data is, or run `dvc remote add --default NAME URL` and commit .dvc/config",
  reference: "https://doc.dvc.org/command-reference/remote/default",
  examples: {
    bad: {
      "pipeline.config.yaml":
        "dvc: { remote: false, stages: { train: validate_model, drift: monitor_drift } }\npython: { install: [pip install -r requirements.txt, pip install --no-deps -e ., dvc pull] }\n",
    },
    good: {
      "pipeline.config.yaml": "python: { install: [pip install -r requirements.txt, pip install --no-deps -e .] }\n",
    },
    besides: ["repository/unpulled-data"],
  },
  check: ({ pipeline, repository, commands }, report) => {
    // A workflow that has a remote makes it the default.
    if (pipeline.dvc.remote !== false) return;
    const config = dvcConfig(repository, pipeline.root);
    if (!config) return;
    const { defaultRemote, remotes, file, places } = config;
    const isSet = commands.some(use =>
      use.commands.some(({ name, args }) => name === "dvc" && args[0]?.value === "remote"),
    );
    for (const { title, spot, commands: programs } of isSet ? [] : commands)
      for (const { name, args } of programs) {
        const words = args.map(({ value }) => value);
        if (name !== "dvc" || !["pull", "push", "fetch"].includes(words[0] ?? "")) continue;
        if (words.some(word => word === undefined || /^(?:-r|--remote)/.test(word))) continue;
        if (defaultRemote === undefined)
          report(spot, `${title} has no remote: \`dvc.remote\` is false, and ${file} names none as the default`);
        else if (!remotes.has(defaultRemote))
          report(
            places.defaultRemote ?? { file },
            `the default remote is \`${defaultRemote}\`, which ${file} does not define: ${title} fails`,
            {
              hint: `run \`dvc remote add ${defaultRemote} URL\` and commit ${file}`,
            },
          );
      }
  },
});
