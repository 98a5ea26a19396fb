import * as z from "zod";

/** A secret, by name. With `optional` the workflows go on when the repository does not define it. */
export interface SecretReference {
  readonly secret: string;
  readonly optional?: boolean;
}

/** A configuration variable, by name. */
export interface VariableReference {
  readonly variable: string;
}

/** An output of an earlier step of the same job. */
export interface OutputReference {
  readonly output: { readonly step: string; readonly name: string };
}

// C0 and C1 controls, bidirectional overrides (they make a reviewer see other text than the machine) and lone surrogates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: to find them is its purpose
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, but for tab and line feed
const CONTROL_IN_SCRIPT = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

const safe = (control: RegExp) =>
  z
    .string()
    .min(1, "must not be empty")
    .refine(value => value === "" || value.trim() !== "", { message: "must not be blank" })
    .refine(value => !value.includes("${{"), {
      message: "must not hold an expression; use secret(), variable() or output() instead of `${{`",
    })
    .refine(value => !control.test(value), { message: "must not hold a control character" });

/** One line of text. */
export const line = safe(CONTROL).max(1000);
/** A shell command on one line. */
export const command = safe(CONTROL).max(4000);
/** A shell script of one or more lines. */
export const script = safe(CONTROL_IN_SCRIPT).max(20_000);

const matching = (pattern: RegExp, expectation: string) => line.regex(pattern, expectation);

/** Words of lower-case letters and digits joined by hyphens: safe in a job id, an image name and a file name. */
export const kebab = matching(
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "must be kebab-case: lower-case letters and digits, words joined by single hyphens",
).max(50);

export const stepId = matching(
  /^[A-Za-z_](?!_)[A-Za-z0-9_-]*$/,
  "must be letters, digits, hyphens and underscores, beginning with a letter",
).max(99);

/** https://docs.github.com/actions/reference/security/secrets#naming-your-secrets; the same rules hold for variables. */
const referenceName = matching(
  /^(?!GITHUB_)[A-Za-z_][A-Za-z0-9_]*$/i,
  "must be letters, digits and underscores, not beginning with a digit or with GITHUB_",
);

export const secretReference = z
  .strictObject({
    secret: referenceName.describe("Name of the secret."),
    optional: z.boolean().optional().describe("Whether the workflows go on without it. Default: `false`."),
  })
  .describe('A secret: `secret("NAME")`, in JSON or YAML `{ secret: NAME }`.');
export const variableReference = z
  .strictObject({ variable: referenceName.describe("Name of the variable.") })
  .describe('A configuration variable: `variable("NAME")`, in JSON or YAML `{ variable: NAME }`.');
export const outputReference = z
  .strictObject({
    output: z
      .strictObject({ step: stepId.describe("Id of the earlier step."), name: line.describe("Name of its output.") })
      .describe("Which output."),
  })
  .describe('An output of an earlier step of the job: `output("step", "name")`.');

/** What may stand where a value is needed that is no code: text, or the name of where it is kept. */
export const value = z.union([line, secretReference, variableReference]);
/** Forward slashes, relative, inside the repository: DVC, Docker and upload-artifact all read such a path alike. */
const inside = (path: string): boolean =>
  !/^[/~-]|^[A-Za-z]:|\\|\/\//.test(path) && !path.split("/").some(part => part === "..");
const normal = (path: string): string => path.replace(/^(\.\/)+(?=.)/, "").replace(/(?<=.)\/$/, "");

/** A file or folder, relative to the pipeline's `root`. */
export const path = line
  .refine(inside, { message: "must be a relative path inside the repository, with forward slashes and no `..`" })
  .refine(text => !/[*?[\]!]/.test(text), { message: "must be one path, not a pattern" })
  .overwrite(normal);
/** A path in which `*`, `**` and `?` stand for any text. */
export const glob = line
  .refine(inside, { message: "must be a relative pattern inside the repository, with forward slashes and no `..`" })
  .refine(text => !text.startsWith("!"), { message: "must not begin with `!`" })
  .overwrite(normal);

/** GitHub reads only `.yml` and `.yaml` files that lie directly in `.github/workflows`. */
export const workflowFile = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]*\.ya?ml$/,
  "must be the name of a .yaml or .yml file, without folders",
);

/** https://git-scm.com/docs/git-check-ref-format, narrowed to what needs no escaping in a branch filter. */
export const branch = matching(
  /^(?!.*(?:\.\.|\/\/|\.lock$|\/$))[A-Za-z0-9_][A-Za-z0-9._/-]*$/,
  "must be the name of one branch",
);

/** A stage as `dvc repro` takes it: `name`, `name@key` or `folder/dvc.yaml:name`. */
export const stage = matching(/^[A-Za-z0-9_./][A-Za-z0-9_./:@-]*$/, "must be the name of a DVC stage");

export const urlPath = matching(
  /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/,
  "must be the path of a URL, beginning with `/`",
);

export const minutes = (least: number, most: number) =>
  z.number().int("must be a whole number of minutes").min(least).max(most);

export type Value = z.output<typeof value>;
