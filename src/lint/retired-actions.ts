import type { Version } from "./actions.ts";

/** Releases of actions that fail, or do nothing any more, because the service behind them was switched off. */
interface Retirement {
  readonly actions: readonly string[];
  readonly retired: (version: Version) => boolean;
  /** What became of them. */
  readonly fate: string;
  /** Whether a step that uses one fails. */
  readonly fails: boolean;
  readonly instead: string;
}

const below =
  (major: number, minor = 0) =>
  (version: Version): boolean =>
    version.major < major || (version.major === major && version.minor !== undefined && version.minor < minor);

const CACHE = ["actions/cache", "actions/cache/restore", "actions/cache/save"];

const retirements: readonly Retirement[] = [
  {
    // https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/
    actions: ["actions/upload-artifact", "actions/download-artifact"],
    retired: below(4),
    fate: "GitHub fails steps that use it since January 2025",
    fails: true,
    instead: "v4 or later",
  },
  {
    // https://github.blog/changelog/2024-12-05-notice-of-upcoming-releases-and-breaking-changes-for-github-actions/
    actions: ["actions/deploy-pages"],
    retired: below(4),
    fate: "GitHub fails steps that use it since January 2025",
    fails: true,
    instead: "v4 or later",
  },
  {
    // The same notice: it uploads with a version of `actions/upload-artifact` that is gone.
    actions: ["actions/upload-pages-artifact"],
    retired: below(3),
    fate: "GitHub fails steps that use it since January 2025",
    fails: true,
    instead: "v3 or later",
  },
  {
    // https://github.com/actions/cache/discussions/1510
    actions: CACHE,
    retired: below(3),
    fate: "GitHub fails jobs that use it since March 2025",
    fails: true,
    instead: "v5",
  },
  {
    // The same discussion: the service these talk to was switched off.
    actions: CACHE,
    retired: version => below(3, 4)(version) || (version.major === 4 && below(4, 2)(version)),
    fate: "the cache service it talks to was switched off in April 2025",
    fails: false,
    instead: "v5",
  },
];

export const retirementOf = (action: string, version: Version): Retirement | undefined =>
  retirements.find(({ actions, retired }) => actions.includes(action) && retired(version));

/**
 * For each action the first major version made for Node.js 16, 20 and 24, as its release notes say.
 * The runner has had only the last of them since autumn 2026, and runs all actions on it:
 * https://github.blog/changelog/2025-09-19-deprecation-of-node-20-on-github-actions-runners/
 */
const runtimes: Readonly<Record<string, readonly [node16: number, node20: number, node24: number]>> = {
  "actions/cache": [3, 4, 5],
  "actions/cache/restore": [3, 4, 5],
  "actions/cache/save": [3, 4, 5],
  "actions/checkout": [3, 4, 5],
  "actions/download-artifact": [3, 4, 7],
  "actions/github-script": [6, 7, 8],
  "actions/labeler": [4, 5, 6],
  "actions/setup-dotnet": [2, 4, 5],
  "actions/setup-go": [3, 5, 6],
  "actions/setup-java": [3, 4, 5],
  "actions/setup-node": [3, 4, 5],
  "actions/setup-python": [3, 5, 6],
  "actions/stale": [5, 9, 10],
  "actions/upload-artifact": [3, 4, 6],
  "aws-actions/configure-aws-credentials": [2, 4, 6],
  "docker/bake-action": [2, 4, 7],
  "docker/build-push-action": [3, 5, 7],
  "docker/login-action": [2, 3, 4],
  "docker/metadata-action": [4, 5, 6],
  "docker/setup-buildx-action": [2, 3, 4],
  "docker/setup-qemu-action": [2, 3, 4],
  "dorny/paths-filter": [2, 3, 4],
  "github/codeql-action/analyze": [2, 3, 4],
  "github/codeql-action/init": [2, 3, 4],
  "github/codeql-action/upload-sarif": [2, 3, 4],
  "google-github-actions/auth": [1, 2, 3],
  "peter-evans/create-pull-request": [4, 6, 8],
  "softprops/action-gh-release": [1, 2, 3],
};

/** The Node.js an older version of an action was made for; `undefined` where it is today's, or not known. */
export const retiredRuntime = (action: string, { major }: Version): string | undefined => {
  const [node16, node20, node24] = (Object.hasOwn(runtimes, action) ? runtimes[action] : undefined) ?? [0, 0, 0];
  if (major >= node24) return undefined;
  return major >= node20 ? "Node.js 20" : major >= node16 ? "Node.js 16" : "Node.js 12";
};
