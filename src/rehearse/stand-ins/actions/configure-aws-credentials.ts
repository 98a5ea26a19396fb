import { aws } from "../aws.ts";
import { recordAction } from "../journal.ts";
import {
  exportVariable,
  flag,
  info,
  input,
  mask,
  Refusal,
  requiredInput,
  setOutput,
  withoutEffect,
} from "../toolkit.ts";

interface Credentials {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly SessionToken?: string;
  readonly Expiration?: string;
}

const asEnvironment = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials, region: string) => ({
  AWS_ACCESS_KEY_ID: AccessKeyId,
  AWS_SECRET_ACCESS_KEY: SecretAccessKey,
  ...(SessionToken !== undefined && { AWS_SESSION_TOKEN: SessionToken }),
  AWS_DEFAULT_REGION: region,
});

const NOT_LOADED =
  "Credentials could not be loaded, please check your action inputs: Could not load credentials from any providers";

const readRegion = (): string => {
  const region = requiredInput("aws-region");
  if (/^[a-z0-9-]+$/.test(region)) return region;
  throw new Refusal(`Region is not valid: ${region}`);
};

/** The access keys of the step, or those its environment has. */
const accessKeys = (): Credentials | undefined => {
  const [given, ofStep] = [input("aws-access-key-id"), input("aws-secret-access-key")];
  if (given !== "" && ofStep === "")
    throw new Refusal("'aws-secret-access-key' must be provided if 'aws-access-key-id' is provided");
  const id = given || (process.env.AWS_ACCESS_KEY_ID ?? "");
  const secret = given ? ofStep : (process.env.AWS_SECRET_ACCESS_KEY ?? "");
  const token = given ? input("aws-session-token") : (process.env.AWS_SESSION_TOKEN ?? "");
  if (id === "" || secret === "") return undefined;
  return { AccessKeyId: id, SecretAccessKey: secret, ...(token !== "" && { SessionToken: token }) };
};

/** The job's identity, as GitHub signs it for AWS. */
const idToken = async (request: string): Promise<string> => {
  const url = new URL(request);
  url.searchParams.set("audience", input("audience") || "sts.amazonaws.com");
  const headers = { authorization: `Bearer ${process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? ""}` };
  const response = await fetch(url, { headers });
  if (!response.ok) throw new Refusal(`getIDToken call failed: Error Code : ${response.status}`);
  return ((await response.json()) as { readonly value: string }).value;
};

interface Identity {
  readonly Account: string;
  readonly Arn: string;
}

/** A session of the role: with the job's identity, or with access keys. */
const assumeRole = async (role: string, region: string, keys: Credentials | undefined): Promise<Credentials> => {
  const request = process.env.ACTIONS_ID_TOKEN_REQUEST_URL;
  const common = [
    "--role-session-name",
    input("role-session-name") || "GitHubActions",
    "--duration-seconds",
    input("role-duration-seconds") || "3600",
  ];
  if (keys) {
    const env = asEnvironment(keys, region);
    const { Account } = aws<Identity>(["sts", "get-caller-identity"], env);
    const arn = role.startsWith("arn:aws") ? role : `arn:aws:iam::${Account}:role/${role}`;
    const answer = aws<{ readonly Credentials: Credentials }>(
      ["sts", "assume-role", "--role-arn", arn, ...common],
      env,
    );
    return answer.Credentials;
  }
  if (!request) {
    info("It looks like you might be trying to authenticate with OIDC. Did you mean to set the `id-token` permission?");
    throw new Refusal(NOT_LOADED);
  }
  if (!role.startsWith("arn:aws"))
    throw new Refusal("Source Account ID is needed if the Role Name is provided and not the Role Arn.");
  const token = await idToken(request);
  mask(token);
  const answer = aws<{ readonly Credentials: Credentials }>(
    ["sts", "assume-role-with-web-identity", "--role-arn", role, "--web-identity-token", token, ...common],
    { AWS_DEFAULT_REGION: region },
  );
  return answer.Credentials;
};

/** Secrets before all else; the environment and the outputs only where the step asks for them. */
const publish = (credentials: Credentials, toEnvironment: boolean): void => {
  const { AccessKeyId, SecretAccessKey, SessionToken = "", Expiration } = credentials;
  for (const value of [AccessKeyId, SecretAccessKey, SessionToken]) mask(value);
  if (toEnvironment) {
    exportVariable("AWS_ACCESS_KEY_ID", AccessKeyId);
    exportVariable("AWS_SECRET_ACCESS_KEY", SecretAccessKey);
    if (SessionToken !== "" || process.env.AWS_SESSION_TOKEN) exportVariable("AWS_SESSION_TOKEN", SessionToken);
  }
  if (flag("output-credentials", false)) {
    setOutput("aws-access-key-id", AccessKeyId);
    setOutput("aws-secret-access-key", SecretAccessKey);
    setOutput("aws-session-token", SessionToken);
    if (Expiration !== undefined) setOutput("aws-expiration", Expiration);
  }
};

const toEnvironment = (): boolean => flag("output-env-credentials", true);

/** Credentials for the steps that follow, or for those that the outputs are given to. */
export const configureAwsCredentials = {
  main: async () => {
    withoutEffect(
      "web-identity-token-file",
      "role-chaining",
      "aws-profile",
      "allowed-account-ids",
      "inline-session-policy",
    );
    const [region, role, exported] = [readRegion(), input("role-to-assume"), toEnvironment()];
    if (exported) {
      exportVariable("AWS_REGION", region);
      exportVariable("AWS_DEFAULT_REGION", region);
    }
    // With the right to an identity, a role is assumed with it, whatever keys the environment holds.
    const oidc = role !== "" && input("aws-access-key-id") === "" && Boolean(process.env.ACTIONS_ID_TOKEN_REQUEST_URL);
    const keys = oidc ? undefined : accessKeys();
    if (keys && input("aws-access-key-id") !== "") publish(keys, exported);
    if (role === "" && !keys) throw new Refusal(NOT_LOADED);
    const credentials = role === "" ? keys : await assumeRole(role, region, keys);
    if (!credentials) throw new Refusal(NOT_LOADED);
    if (role !== "") publish(credentials, exported);
    if (!oidc || exported) {
      const { Account, Arn } = aws<Identity>(["sts", "get-caller-identity"], asEnvironment(credentials, region));
      if (flag("mask-aws-account-id", false)) mask(Account);
      setOutput("aws-account-id", Account);
      setOutput("authenticated-arn", Arn);
    }
    info(role === "" ? "Proceeding with IAM user credentials" : `Authenticated as ${role}`);
    recordAction({ kind: "aws-credentials", region, role: role || null, oidc });
  },
  post: () => {
    if (!toEnvironment()) return;
    for (const name of [
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "AWS_DEFAULT_REGION",
      "AWS_REGION",
    ])
      exportVariable(name, "");
  },
};
