import { createHash } from "node:crypto";
import type { Pipeline, Value } from "../config/pipeline.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { success } from "../diagnostics/diagnostic.ts";
import { partsOf } from "./leaks.ts";
import type { Target, World } from "./world.ts";
import { hook } from "./world.ts";

export interface Values {
  readonly secrets: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
}

/** Where a rehearsed pipeline finds what its config has it talk to. */
export interface Places {
  readonly world: World;
  readonly target: Target | undefined;
  readonly dvcRemote: string;
  readonly mlflow: string;
}

/** Access to the fake AWS, as a DVC remote's credentials: base64 of lines of `NAME=value`. */
const DVC_CREDENTIALS = Buffer.from(
  "AWS_ACCESS_KEY_ID=REHEARSALDVCKEY00000\nAWS_SECRET_ACCESS_KEY=rehearsal-dvc-secret-key-value\nAWS_REGION=eu-west-1\n",
).toString("base64");

/** A value for each secret and variable of a pipeline: those that name a place name one of this machine, the rest are made up. */
export const inventValues = (
  pipeline: Pipeline,
  names: { readonly secrets: readonly string[]; readonly variables: readonly string[] },
  { world, target, dvcRemote, mlflow }: Places,
): Values => {
  const { dvc, deploy, notify } = pipeline;
  const known: readonly (readonly [Value | false | undefined, string])[] = [
    ...(dvc.remote
      ? ([
          [dvc.remote.url, dvcRemote],
          [dvc.remote.credentials, DVC_CREDENTIALS],
        ] as const)
      : []),
    ...(pipeline.mlflow ? [[pipeline.mlflow.trackingUri, mlflow] as const] : []),
    ...(deploy
      ? ([
          [deploy.aws.auth === "accessKeys" ? false : deploy.aws.auth.role, "arn:aws:iam::123456789012:role/rehearsal"],
          [deploy.aws.region, target?.region ?? ""],
          [deploy.aws.cluster, target?.cluster ?? ""],
          [deploy.aws.service, target?.service ?? ""],
          [deploy.smoke ? deploy.smoke.baseUrl : false, world.web],
        ] as const)
      : []),
    [notify?.slack, hook(world, "slack")],
    [notify?.webhook?.url, hook(world, "webhook")],
  ];
  const given = (key: "secret" | "variable") =>
    Object.fromEntries(
      known.flatMap(([value, meaning]) => {
        const reference = typeof value === "object" ? (value as Partial<Record<typeof key, string>>)[key] : undefined;
        return reference === undefined ? [] : [[reference, meaning]];
      }),
    );
  const filled = (wanted: readonly string[], meanings: Readonly<Record<string, string>>) =>
    Object.fromEntries(wanted.map(name => [name, meanings[name] ?? madeUp(name)]));
  return {
    secrets: { ...filled(names.secrets, given("secret")), GITHUB_TOKEN: "rehearsal-github-token-0000" },
    variables: filled(names.variables, given("variable")),
  };
};

const madeUp = (name: string): string =>
  `rehearsal-${name.toLowerCase().replaceAll("_", "-")}-${createHash("sha256").update(name).digest("hex").slice(0, 12)}`;

/** The secrets of a pipeline that name a place, and so may be printed: GitHub masks them. */
export const placeNames = ({ dvc, deploy, mlflow }: Pipeline): readonly string[] =>
  [
    dvc.remote ? dvc.remote.url : undefined,
    mlflow ? mlflow.trackingUri : undefined,
    ...(deploy ? [deploy.aws.region, deploy.aws.cluster, deploy.aws.service] : []),
    ...(deploy && deploy.aws.auth !== "accessKeys" ? [deploy.aws.auth.role] : []),
    ...(deploy ? [deploy.smoke ? deploy.smoke.baseUrl : undefined] : []),
  ].flatMap(value => (typeof value === "object" && "secret" in value ? [value.secret] : []));

/** A pipeline that talks to this machine only, whatever its config names, and does not wait long. */
export const confined = (pipeline: Pipeline, { world, dvcRemote, mlflow }: Places): Pipeline => {
  const { dvc, deploy } = pipeline;
  const here = <V extends Value>(value: V, address: string): V | string =>
    typeof value === "string" ? address : value;
  return {
    ...pipeline,
    dvc: { ...dvc, remote: dvc.remote && { ...dvc.remote, url: here(dvc.remote.url, dvcRemote) } },
    mlflow: pipeline.mlflow && { ...pipeline.mlflow, trackingUri: here(pipeline.mlflow.trackingUri, mlflow) },
    deploy: deploy && {
      ...deploy,
      stabilityMinutes: 1,
      smoke: deploy.smoke && {
        ...deploy.smoke,
        baseUrl: here(deploy.smoke.baseUrl, world.web),
        delaySeconds: Math.min(deploy.smoke.delaySeconds, 1),
      },
    },
  };
};

/** Long-lived and temporary AWS keys, but for those that AWS's own documentation uses. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const REAL_KEY = /\b(?:AKIA|ASIA)(?![A-Z0-9]*EXAMPLE\b)[A-Z2-7]{16}\b/;

/** Refuses values that belong to the real world: a rehearsal has no use for them. */
export const requireHarmless = (values: Readonly<Record<string, string>>, file: string): Result<void> => {
  const problems = Object.entries(values).flatMap(([name, value]): readonly Diagnostic[] => {
    const texts = [value, Buffer.from(value, "base64").toString("latin1"), ...partsOf(value)];
    const reason = texts.some(text => REAL_KEY.test(text))
      ? "holds what looks like a real AWS access key"
      : texts.some(leavesMachine)
        ? "is an address of another machine"
        : undefined;
    return reason === undefined
      ? []
      : [
          {
            code: "usage/real-secret",
            severity: "error",
            message: `${name} in ${file} ${reason}`,
            hint: "leave it out: a rehearsal makes up every secret that is not given, and talks to 127.0.0.1 only",
          },
        ];
  });
  return problems.length > 0 ? { ok: false, diagnostics: problems } : success(undefined);
};

/** Every address but a file's and S3's, which the fake AWS answers for. */
const leavesMachine = (value: string): boolean =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(value) &&
  !/^(?:s3|file):/i.test(value) &&
  !(URL.canParse(value) && ["127.0.0.1", "localhost"].includes(new URL(value).hostname));
