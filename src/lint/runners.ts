import { distance } from "fastest-levenshtein";
import type { Node } from "./node.ts";
import type { Job } from "./workflow.ts";

/**
 * The labels of GitHub's own runners in November 2026.
 * https://docs.github.com/actions/reference/runners/github-hosted-runners, https://github.com/actions/runner-images
 */
const HOSTED: readonly string[] = [
  ...["ubuntu-latest", "ubuntu-26.04", "ubuntu-24.04", "ubuntu-22.04", "ubuntu-slim"],
  ...["ubuntu-26.04-arm", "ubuntu-24.04-arm", "ubuntu-22.04-arm"],
  ...[
    "windows-latest",
    "windows-2025",
    "windows-2025-vs2026",
    "windows-2022",
    "windows-11-arm",
    "windows-11-vs2026-arm",
  ],
  ...["macos-latest", "macos-26", "macos-15", "macos-26-intel", "macos-15-intel"],
  ...["macos-latest-large", "macos-26-large", "macos-15-large"],
  ...["macos-latest-xlarge", "macos-26-xlarge", "macos-15-xlarge"],
  ...["xcode-27", "xcode-27-xlarge"],
];

/** Images that GitHub has switched off, with the day from which jobs that ask for them fail. */
const RETIRED: Readonly<Record<string, { readonly since: string; readonly instead: string }>> = {
  // https://github.blog/changelog/2021-04-29-github-actions-ubuntu-16-04-lts-virtual-environment-will-be-removed-on-september-20-2021/
  "ubuntu-16.04": { since: "2021-09-20", instead: "ubuntu-24.04" },
  // https://github.com/actions/runner-images/issues/6002
  "ubuntu-18.04": { since: "2023-04-03", instead: "ubuntu-24.04" },
  // https://github.com/actions/runner-images/issues/11101
  "ubuntu-20.04": { since: "2025-04-15", instead: "ubuntu-24.04" },
  // https://github.com/actions/runner-images/issues/5583
  "macos-10.15": { since: "2022-12-01", instead: "macos-15" },
  // https://github.com/actions/runner-images/issues/9255
  "macos-11": { since: "2024-06-28", instead: "macos-15" },
  // https://github.com/actions/runner-images/issues/10721
  "macos-12": { since: "2024-12-03", instead: "macos-15" },
  // https://github.com/actions/runner-images/issues/13046
  "macos-13": { since: "2025-12-08", instead: "macos-15-intel" },
  // https://github.com/actions/runner-images/issues/13518
  "macos-14": { since: "2026-11-02", instead: "macos-15" },
  // https://github.com/actions/runner-images/issues/4312
  "windows-2016": { since: "2022-04-01", instead: "windows-2025" },
  // https://github.com/actions/runner-images/issues/12045
  "windows-2019": { since: "2025-06-30", instead: "windows-2025" },
};

/** Larger machines of an image go with it: `macos-13-xlarge`. */
export const retiredImage = (label: string): (typeof RETIRED)[string] | undefined => {
  const image = label.toLowerCase().replace(/-x?large$/, "");
  return Object.hasOwn(RETIRED, image) ? RETIRED[image] : undefined;
};

export const isHosted = (label: string): boolean => HOSTED.includes(label.toLowerCase());

/**
 * The label of GitHub's that was probably meant by one that is none of them: a slip of the fingers, or a version that there
 * is not. Larger runners have whatever name their owner gave them, such as `ubuntu-24.04-16cores`, and are left alone.
 */
export const meantRunner = (label: string): string | undefined => {
  const name = label.toLowerCase();
  if (isHosted(name) || retiredImage(name)) return undefined;
  const [system] = /^(?:ubuntu|windows|macos)(?=$|-v?\d[\d.]*$)/.exec(name) ?? [];
  // `macOS` and `Windows` alone are labels of every self-hosted runner.
  const isVersion = system !== undefined && (name !== system || system === "ubuntu");
  const [best] = HOSTED.filter(hosted => !isVersion || hosted.startsWith(`${system}-`))
    .map(hosted => ({ hosted, away: distance(name, hosted) }))
    .sort((one, other) => one.away - other.away);
  if (!best) return undefined;
  if (isVersion) return best.hosted;
  return best.away <= 2 && name.length > 6 ? best.hosted : undefined;
};

/** The labels a job asks for, as far as they are written out, also where a matrix lists them. */
export const runnerLabels = (job: Job): readonly Node[] =>
  job.runsOn.flatMap(label => {
    if (label.literal !== undefined) return [label];
    const [, axis] = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(label.text) ?? [];
    return axis === undefined ? [] : axisValues(job, axis);
  });

/** The values that a name has in a job's matrix, as an axis or by `include`. */
const axisValues = (job: Job, axis: string): readonly Node[] => {
  const matrix = job.node.get("strategy")?.get("matrix");
  const included = (matrix?.get("include")?.items ?? []).flatMap(item => item.get(axis) ?? []);
  const values = axis === "include" || axis === "exclude" ? [] : (matrix?.get(axis)?.items ?? []);
  return [...values, ...included].flatMap(value => (value.isSequence ? value.items : [value])).filter(isLiteral);
};

const isLiteral = ({ literal }: Node): boolean => literal !== undefined;
