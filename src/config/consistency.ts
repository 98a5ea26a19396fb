import { closest } from "../diagnostics/closest.ts";
import type { ConfigPath, ConfigProblem } from "./issues.ts";
import type { Pipeline } from "./pipeline.ts";
import { deployMinutes, plannedFiles } from "./resolve.ts";

/** The first letters of the labels GitHub's own runners have; any other label is a machine of the team's. */
const HOSTED = /^(ubuntu|windows|macos)-/;

const LINUX_ONLY = /^(windows|macos)-/;

/** What no single field can be blamed for: fields that do not fit each other. */
export const consistencyProblems = (pipeline: Pipeline): readonly ConfigProblem[] => [
  ...runnerProblems(pipeline),
  ...checkProblems(pipeline),
  ...imageProblems(pipeline),
  ...deployProblems(pipeline),
  ...fileProblems(pipeline),
];

const problem = (path: ConfigPath, message: string, hint?: string): ConfigProblem => ({
  code: "config/inconsistent",
  path,
  message,
  ...(hint ? { hint } : {}),
});

const runnerProblems = ({ runners, files, extend }: Pipeline): readonly ConfigProblem[] => {
  const own = (labels: readonly string[], group?: string) =>
    group !== undefined || labels.some(label => !HOSTED.test(label));
  const guarded = files.ci !== false && !runners.allowSelfHostedPullRequests;
  const added = Object.entries(extend.ci.jobs).filter(([, { runsOn }]) => runsOn !== undefined && own([runsOn].flat()));
  return [
    ...(guarded && own(runners.ci.labels, runners.ci.group) ? [exposed(["runners", "ci"])] : []),
    ...(guarded ? added.map(([id]) => exposed(["extend", "ci", "jobs", id, "runsOn"])) : []),
    ...(["ci", "cd", "nightly"] as const)
      .filter(name => runners[name].labels.some(label => LINUX_ONLY.test(label)))
      .map(name =>
        problem(
          ["runners", name],
          `\`runners.${name}\` must be Linux: the steps are bash scripts and container builds`,
          "name an ubuntu runner, such as `ubuntu-latest`",
        ),
      ),
  ];
};

const exposed = (path: ConfigPath): ConfigProblem =>
  problem(
    path,
    `\`${path.join(".")}\` is a self-hosted runner, on which every pull request could run its code`,
    "use a GitHub-hosted runner for ci, or set `runners.allowSelfHostedPullRequests` when only trusted people can open pull requests",
  );

/** Ids of the steps around the gates in the `quality` job. */
export const GATE_STEPS: readonly string[] = [
  "checkout",
  "python",
  "venv",
  "install",
  "restore-venv",
  "restore-dvc",
  "dvc",
  "summary",
  "save-venv",
  "save-dvc",
];

const checkProblems = ({ checks }: Pipeline): readonly ConfigProblem[] =>
  checks.flatMap(({ id }) => {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 50)
      return [
        problem(
          ["checks", id],
          `\`checks\` has a key that is no kebab-case id: ${JSON.stringify(id)}`,
          "use lower-case letters and digits, words joined by single hyphens, such as `type-check`",
        ),
      ];
    return GATE_STEPS.includes(id)
      ? [problem(["checks", id], `\`checks.${id}\` is the id of a step of its own`, "choose another key")]
      : [];
  });

const imageProblems = ({ images, artifacts }: Pipeline): readonly ConfigProblem[] => {
  const bundled = artifacts.bundle.map(({ path }) => path);
  return images.flatMap((image, index) => [
    ...(images.findIndex(({ name }) => name === image.name) < index
      ? [
          problem(
            ["images", index, "name"],
            `\`images[${index}].name\` is used twice: \`${image.name}\``,
            "give each image a name of its own",
          ),
        ]
      : []),
    ...image.include
      .filter(path => !bundled.includes(path))
      .map(path =>
        problem(
          ["images", index, "include"],
          `\`images[${index}].include\` names ${JSON.stringify(path)}, which is not in \`artifacts.bundle\``,
          "the image job has nothing but the repository and the bundle: add the path to `artifacts.bundle`",
        ),
      ),
  ]);
};

const deployProblems = ({ deploy, images, timeouts }: Pipeline): readonly ConfigProblem[] => {
  if (!deploy) return [];
  const names = images.map(({ name }) => name);
  const needed = deployMinutes({ deploy: { ...deploy } });
  return [
    ...(names.includes(deploy.image)
      ? []
      : [
          problem(
            ["deploy", "image"],
            names.length > 0
              ? `\`deploy.image\` names \`${deploy.image}\`, but the images are ${names.map(name => `\`${name}\``).join(", ")}`
              : `\`deploy.image\` names \`${deploy.image}\`, but \`images\` is empty`,
            closest(deploy.image, names)
              ? `did you mean \`${closest(deploy.image, names)}\`?`
              : "name an image, or set `deploy: false`",
          ),
        ]),
    ...(timeouts.deploy < Math.min(needed, 360) && timeouts.deploy < 2 * deploy.stabilityMinutes
      ? [
          problem(
            ["timeouts", "deploy"],
            `\`timeouts.deploy\` is ${timeouts.deploy} minutes, too short for a deployment and its rollback of \`deploy.stabilityMinutes\` ${deploy.stabilityMinutes} each`,
            `leave it out (then it is ${needed}) or set at least ${2 * deploy.stabilityMinutes}`,
          ),
        ]
      : []),
  ];
};

const fileProblems = (pipeline: Pipeline): readonly ConfigProblem[] => {
  const planned = plannedFiles(pipeline);
  const twice = planned.find((file, index) => planned.indexOf(file) < index);
  return [
    ...(twice
      ? [
          problem(
            ["files"],
            `\`files\` gives two workflows the same file: \`${twice}\``,
            "give each workflow a file of its own",
          ),
        ]
      : []),
    ...(planned.length === 0
      ? [problem(["files"], "`files` switches every workflow off", "leave at least one of ci, cd and nightly on")]
      : []),
    ...(pipeline.files.cd === false && pipeline.nightly.retrain && pipeline.nightly.retrain.mode === "dispatch"
      ? [
          problem(
            ["nightly", "retrain", "mode"],
            "`nightly.retrain.mode` is `dispatch`, but `files.cd` is `false`: there is no workflow to start",
            'give `files.cd` the name of a file, or set `nightly.retrain.mode` to "inline"',
          ),
        ]
      : []),
  ];
};

/** Pipelines of one config that would write each other's files or cancel each other's runs. */
export const pipelineClashes = (pipelines: readonly Pipeline[]): readonly ConfigProblem[] =>
  pipelines.flatMap((pipeline, index) => {
    const earlier = pipelines.slice(0, index);
    const path = ["pipelines", index, "name"] as const;
    if (earlier.some(({ name }) => name === pipeline.name))
      return [
        problem(
          path,
          `\`pipelines[${index}].name\` is used twice: \`${pipeline.name}\``,
          "give each pipeline a name of its own",
        ),
      ];
    const taken = new Set(earlier.flatMap(plannedFiles));
    return plannedFiles(pipeline)
      .filter(file => taken.has(file))
      .map(file =>
        problem(
          ["pipelines", index, "files"],
          `two pipelines would write the same file: \`${file}\``,
          "give each a file of its own",
        ),
      );
  });
