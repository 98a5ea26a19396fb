import { defineRule } from "../../rule.ts";

export const inheritedSecrets = defineRule({
  id: "policy/inherited-secrets",
  severity: "warning",
  summary: "A called workflow is handed every secret there is.",
  why: "It gets also those it does not use, and those that are added later; nobody can see in the file which it depends on.",
  hint: "name under `secrets` each one that it needs",
  reference:
    "https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows#passing-inputs-and-secrets-to-a-reusable-workflow",
  examples: {
    kind: "job",
    bad: `train:
  name: Train
  permissions: {}
  uses: example/workflows/.github/workflows/train.yaml@3d3c42e5aac5ba805825da76410c181273ba90b1 # v1.4.0
  secrets: inherit
`,
    good: `train:
  name: Train
  permissions: {}
  uses: example/workflows/.github/workflows/train.yaml@3d3c42e5aac5ba805825da76410c181273ba90b1 # v1.4.0
  secrets:
    DVC_REMOTE_URL: \${{ secrets.DVC_REMOTE_URL }}
`,
  },
  check: ({ jobs }, report) => {
    for (const { node, uses } of jobs) {
      const secrets = node.get("secrets");
      if (uses && secrets?.literal === "inherit")
        report(secrets.place, `\`${uses.text}\` is handed every secret of this repository`);
    }
  },
});
