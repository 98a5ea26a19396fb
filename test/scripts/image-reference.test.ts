import { expect, test } from "vitest";
import { runScript } from "../support/shell.ts";

const SHA = "0123456789abcdef0123456789abcdef01234567";
const DIGEST = `sha256:${"ab".repeat(32)}`;
const env = { OWNER: "Acme-Bank", IMAGE: "creditrisk-api", SHA };

test("image-reference: the owner's name becomes lower case, and tags and labels name the commit", async () => {
  const result = await runScript("image-reference", { env });
  expect(result.exitCode).toBe(0);
  expect(result.outputs).toEqual({
    name: "ghcr.io/acme-bank/creditrisk-api",
    tags: `ghcr.io/acme-bank/creditrisk-api:latest\nghcr.io/acme-bank/creditrisk-api:${SHA}`,
    labels: `org.opencontainers.image.revision=${SHA}`,
  });
});

test("image-reference: the source of the image is a label when its address is known", async () => {
  const result = await runScript("image-reference", {
    env: { ...env, REVISION_URL: "https://github.com/Acme-Bank/CreditRisk" },
  });
  expect(result.outputs.labels?.split("\n")).toEqual([
    `org.opencontainers.image.revision=${SHA}`,
    "org.opencontainers.image.source=https://github.com/Acme-Bank/CreditRisk",
  ]);
});

test("image-reference: a digest makes the reference that is deployed", async () => {
  const result = await runScript("image-reference", { env: { ...env, DIGEST } });
  expect(result.exitCode).toBe(0);
  expect(result.outputs.reference).toBe(`ghcr.io/acme-bank/creditrisk-api@${DIGEST}`);
});

test.for(["latest", "sha256:", "sha256:xyz", `${DIGEST}0`, DIGEST.toUpperCase(), `x${DIGEST}`])(
  "image-reference: %s is not a digest",
  async digest => {
    const result = await runScript("image-reference", { env: { ...env, DIGEST: digest } });
    expect(result.exitCode).toBe(1);
    expect(result.log).toMatch(/^::error title=Image digest::ghcr\.io\/acme-bank\/creditrisk-api has no digest/m);
    expect(result.outputs).not.toHaveProperty("reference");
  },
);
