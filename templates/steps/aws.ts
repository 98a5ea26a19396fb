import type { Deploy } from "../../src/config/pipeline.ts";
import type { Condition, Expression } from "../../src/model/expression.ts";
import { any, secrets } from "../../src/model/expression.ts";
import type { Permissions } from "../../src/model/permission.ts";
import { write } from "../../src/model/permission.ts";
import type { Step, StepEnv } from "../../src/model/step.ts";
import { uses } from "../../src/model/step.ts";
import { fromConfig } from "./values.ts";

type Session = Readonly<
  Record<"AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" | "AWS_SESSION_TOKEN", Expression<"steps">>
>;

interface AwsAccess {
  /** What must run first; nothing with access keys. */
  readonly steps: readonly Step[];
  /** The environment of a step that talks to AWS. No other step sees the credentials. */
  readonly env: StepEnv;
  /** The part of it that the role's session is; absent with access keys. */
  readonly session?: Session;
}

interface Options {
  /** Id of the step that assumes the role. */
  readonly id?: string;
  readonly name?: string;
  readonly if?: Condition<"jobs.<job_id>.steps.if">;
  /** Whose session serves if this role cannot be assumed. */
  readonly otherwise?: AwsAccess;
}

/** Access to AWS: the access keys themselves, or a role assumed through OpenID Connect. */
export const awsAccess = ({ aws }: Deploy, options: Options = {}): AwsAccess => {
  const { auth } = aws;
  const region = fromConfig(aws.region);
  if (auth === "accessKeys")
    return {
      steps: [],
      env: {
        AWS_ACCESS_KEY_ID: secrets("AWS_ACCESS_KEY_ID"),
        AWS_SECRET_ACCESS_KEY: secrets("AWS_SECRET_ACCESS_KEY"),
        ...inRegion(region),
      },
    };
  const assume = uses("aws-actions/configure-aws-credentials", {
    id: options.id ?? "aws",
    name: options.name ?? "Assume the AWS role",
    if: options.if,
    with: {
      "aws-region": region,
      "role-to-assume": fromConfig(auth.role),
      "output-credentials": true,
      "output-env-credentials": false,
    },
  });
  const older = options.otherwise?.session;
  const part = (name: keyof Session, output: Expression<"steps">) => (older ? any(output, older[name]) : output);
  const session: Session = {
    AWS_ACCESS_KEY_ID: part("AWS_ACCESS_KEY_ID", assume.outputs["aws-access-key-id"]),
    AWS_SECRET_ACCESS_KEY: part("AWS_SECRET_ACCESS_KEY", assume.outputs["aws-secret-access-key"]),
    AWS_SESSION_TOKEN: part("AWS_SESSION_TOKEN", assume.outputs["aws-session-token"]),
  };
  return { steps: [assume], env: { ...session, ...inRegion(region) }, session };
};

/** Under both names: the AWS CLI of version 1, still on many self-hosted runners, knows only the second. */
const inRegion = (region: StepEnv[string]): StepEnv => ({ AWS_REGION: region, AWS_DEFAULT_REGION: region });

/** The scope a job needs to assume a role. */
export const awsPermissions = (deploy: Deploy | false): Permissions =>
  deploy && deploy.aws.auth !== "accessKeys" ? { "id-token": write("to assume the AWS role") } : {};
