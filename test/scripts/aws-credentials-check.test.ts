import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const PURPOSE = "drift metrics are not published to CloudWatch";
const keys = {
  AUTH: "keys",
  AWS_ACCESS_KEY_ID: "AKIAX",
  AWS_SECRET_ACCESS_KEY: "s3cr3t",
  REGION: "eu-west-1",
  PURPOSE,
};
const role = { AUTH: "role", ROLE: "arn:aws:iam::1:role/x", REGION: "eu-west-1", PURPOSE };

test.each([
  ["keys", keys],
  ["role", role],
])("aws-credentials-check: complete %s are configured", async (_auth, env) => {
  const result = await runScript("aws-credentials-check", { env });
  expect(result).toMatchObject({ exitCode: 0, outputs: { configured: "true" }, log: "" });
});

test.each([
  [{ ...keys, AWS_SECRET_ACCESS_KEY: "" }, "AWS_SECRET_ACCESS_KEY"],
  [{ ...keys, AWS_ACCESS_KEY_ID: "", REGION: "" }, "AWS_ACCESS_KEY_ID, deploy.aws.region"],
  [{ ...role, ROLE: "" }, "deploy.aws.auth.role"],
  [{ AUTH: "role", PURPOSE }, "deploy.aws.auth.role, deploy.aws.region"],
] as [Record<string, string>, string][])("aws-credentials-check: %#, what is empty is named", async (env, empty) => {
  const result = await runScript("aws-credentials-check", { env });
  expect(result).toMatchObject({ exitCode: 0, outputs: { configured: "false" } });
  expect(result.log).toBe(`::warning title=AWS credentials::Not defined: ${empty}; so ${PURPOSE}.`);
});
