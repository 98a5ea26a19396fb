import { imageReferences, UNKNOWN } from "../../image-reference.ts";
import { defineRule } from "../../rule.ts";

export const upperCaseImage = defineRule({
  id: "pipeline/upper-case-image",
  severity: "error",
  summary: "The name of an image has a capital letter.",
  why: "Docker refuses it: `invalid reference format: repository name must be lowercase`. Only the tag may have capital letters.",
  hint: "write the name of the image in lower case",
  reference: "https://docs.docker.com/reference/cli/docker/image/tag/",
  examples: {
    kind: "step",
    bad: `- name: Build the image
  run: docker build --file Dockerfile.api --tag ghcr.io/acme/CreditRisk-api:latest .
`,
    good: `- name: Build the image
  run: docker build --file Dockerfile.api --tag ghcr.io/acme/creditrisk-api:Latest .
`,
  },
  check: (workflow, report) => {
    for (const { place, text, use } of imageReferences(workflow)) {
      const [first = "", ...rest] = text.split("/");
      const isAddress = rest.length > 0 && (/[.:\0]/.test(first) || first === "localhost");
      const path = capitalPath(isAddress ? rest : [first, ...rest]);
      if (path === undefined) continue;
      // Newer releases of Docker take such a beginning for the name of a host, so that a local build succeeds.
      const isBuilt = use === "built" && !isAddress && rest.length > 0 && path === first;
      const name = text.split(UNKNOWN)[0];
      report(
        place,
        `\`${name}\` is no name of an image: \`${path}\` has a capital letter`,
        isBuilt ? { severity: "warning" } : {},
      );
    }
  },
});

/** The first part of a name, before tag and digest, with a capital letter that is surely in it. */
const capitalPath = (parts: readonly string[]): string | undefined => {
  for (const part of parts) {
    const [name = ""] = part.split(/[:@]/);
    // What is not known may end the name.
    const sure = name.split(UNKNOWN)[0] as string;
    if (/[A-Z]/.test(sure)) return sure;
    if (name !== part) return undefined;
  }
  return undefined;
};
