import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { failure, success } from "../diagnostics/diagnostic.ts";
import { catalogue } from "./catalogue.ts";

/** An action with the commit it is fixed to and the release that commit carries. */
export interface ActionPin {
  /** `owner/name`: all folders of one repository share a commit. */
  readonly action: string;
  /** `vX.Y.Z` */
  readonly version: string;
  /** 40 lower-case hexadecimal digits. */
  readonly sha: string;
}

/** `pipeline.lock.json`: what the workflows are pinned to, so that a new release of this tool moves nothing by itself. */
export interface Lock {
  /** Release of this tool that `ci` runs to check the workflows. */
  readonly tool: string;
  readonly actions: readonly ActionPin[];
}

/** The pins of a lock file, by action. */
export interface Pins {
  /** The pin of `owner/name` or `owner/name/folder`. */
  readonly of: (action: string) => ActionPin | undefined;
}

export const LOCK_FILE = "pipeline.lock.json";
const LOCK_VERSION = 1;

/** The lock a repository starts with: every action of the catalogue at the release built into this tool. */
export const initialLock = (tool: string): Lock => {
  const pins = new Map<string, ActionPin>();
  for (const [name, { version, sha }] of Object.entries(catalogue)) {
    const action = repository(name);
    pins.set(action, { action, version, sha });
  }
  return { tool, actions: [...pins.values()].sort((a, b) => (a.action < b.action ? -1 : 1)) };
};

/** One action a line, so that a bump is a change of one line and a regular expression of a bot finds all there is. */
export const lockText = ({ tool, actions }: Lock): string =>
  [
    "{",
    `  "lockfileVersion": ${LOCK_VERSION},`,
    `  "tool": ${oneLine({ name: "creditrisk-ci", version: tool })},`,
    '  "actions": [',
    actions.map(pin => `    ${oneLine({ action: pin.action, version: pin.version, sha: pin.sha })}`).join(",\n"),
    "  ]",
    "}",
    "",
  ].join("\n");

const oneLine = (entry: Readonly<Record<string, string>>): string =>
  `{ ${Object.entries(entry)
    .map(([key, text]) => `${JSON.stringify(key)}: ${JSON.stringify(text)}`)
    .join(", ")} }`;

/** A lock file read, or what is wrong with it. */
export const parseLock = (text: string, file: string): Result<Lock> => {
  const wrong = (message: string, line?: number): Diagnostic => ({
    code: "pins/invalid-lock",
    severity: "error",
    file,
    ...(line === undefined ? {} : { line }),
    message,
    hint: `restore ${file} from version control, or delete it and run \`creditrisk-ci generate\` to start from the built-in pins`,
  });
  let lock: unknown;
  try {
    lock = JSON.parse(text);
  } catch (error) {
    return failure(wrong(`the lock file is not JSON: ${(error as Error).message.split("\n")[0]}`));
  }
  if (!isRecord(lock)) return failure(wrong("the lock file must hold an object"));
  if (typeof lock.lockfileVersion === "number" && lock.lockfileVersion > LOCK_VERSION)
    return failure({
      ...wrong(`the lock file is of version ${lock.lockfileVersion}, this tool reads version ${LOCK_VERSION}`),
      code: "pins/future-lock",
      hint: "run the newer creditrisk-ci that wrote it",
    });
  if (lock.lockfileVersion !== LOCK_VERSION) return failure(wrong(`\`lockfileVersion\` must be ${LOCK_VERSION}`));
  const { tool, actions } = lock;
  if (!isRecord(tool) || typeof tool.version !== "string" || !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(tool.version))
    return failure(wrong("`tool.version` must be a release of creditrisk-ci such as 1.2.3"));
  if (!Array.isArray(actions)) return failure(wrong("`actions` must be a list"));

  const problems = actions.flatMap((pin: unknown, index): readonly Diagnostic[] =>
    pinProblems(pin, actions.slice(0, index)).map(text => wrong(text, lineOf(pin))),
  );
  return problems.length > 0
    ? { ok: false, diagnostics: problems }
    : success({ tool: tool.version, actions: actions as ActionPin[] });

  function lineOf(pin: unknown): number | undefined {
    const name = isRecord(pin) && typeof pin.action === "string" ? JSON.stringify(pin.action) : undefined;
    const line = name === undefined ? -1 : text.split("\n").findIndex(candidate => candidate.includes(name));
    return line < 0 ? undefined : line + 1;
  }
};

const pinProblems = (pin: unknown, earlier: readonly unknown[]): readonly string[] => {
  if (!isRecord(pin)) return ["every entry of `actions` must be an object"];
  const { action, version, sha } = pin;
  if (typeof action !== "string" || !/^[\w.-]+\/[\w.-]+$/.test(action))
    return ["every entry needs `action`: `owner/name`"];
  return [
    ...(typeof version === "string" && /^v?\d+\.\d+\.\d+$/.test(version)
      ? []
      : [`${action}: \`version\` must be a full release such as v1.2.3`]),
    ...(typeof sha === "string" && /^[0-9a-f]{40}$/.test(sha)
      ? []
      : [`${action}: \`sha\` must be a commit of 40 lower-case hexadecimal digits`]),
    ...(earlier.some(other => isRecord(other) && other.action === action) ? [`${action} is listed twice`] : []),
  ];
};

/** The pins of a lock, or what keeps the given actions from being used with it. */
export const pinActions = (lock: Lock, needed: Iterable<string>, file: string): Result<Pins> => {
  const byAction = new Map(lock.actions.map(pin => [pin.action.toLowerCase(), pin]));
  const of = (action: string) => byAction.get(repository(action).toLowerCase());
  const problems = [...new Set(needed)].sort().flatMap((name): readonly Diagnostic[] => {
    const pin = of(name);
    const known = Object.entries(catalogue).find(([entry]) => repository(entry) === repository(name))?.[1];
    if (!pin) {
      const line = known && oneLine({ action: repository(name), version: known.version, sha: known.sha });
      return [
        {
          code: "pins/missing",
          severity: "error",
          file,
          message: `the workflows use ${name}, which the lock file does not pin`,
          hint: line
            ? `add the line ${line}`
            : "add a line with its `action`, `version` and the `sha` of that release's commit",
        },
      ];
    }
    return known && major(pin.version) !== major(known.version)
      ? [
          {
            code: "pins/unsupported-major",
            severity: "error",
            file,
            message: `the lock file pins ${pin.action} to ${pin.version}, but the workflows are written for ${major(known.version)}`,
            hint: `pin a release of ${major(known.version)}, for example ${known.version} (${known.sha})`,
          },
        ]
      : [];
  });
  return problems.length > 0 ? { ok: false, diagnostics: problems } : success({ of });
};

const repository = (action: string): string => action.split("/").slice(0, 2).join("/");
const major = (version: string): string => `v${version.replace(/^v/, "").split(".")[0]}`;
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
