import { defineConfig } from "creditrisk-ci";

/** The example's delivery, and this tool's own build and tests as one more job of ci. */
export default defineConfig({
  name: "creditrisk",
  root: "examples/creditrisk",
  promote: { evidence: "reports/registry_transition.json" },
  extend: {
    ci: {
      // Here the tool is not a release from the registry, but what this commit builds.
      workflows: {
        replace: {
          check: [
            {
              name: "Compare the workflows with the config",
              run: "npm run --silent setup\nnode dist/bin.js check --format github\n",
            },
          ],
        },
      },
      jobs: {
        tool: {
          name: "Build and test creditrisk-ci",
          timeoutMinutes: 40,
          permissions: { contents: { access: "read", reason: "to check out the code" } },
          workingDirectory: ".",
          steps: [
            {
              id: "checkout",
              name: "Check out the repository",
              uses: "actions/checkout",
              with: { "persist-credentials": false },
            },
            {
              id: "node",
              name: "Set up Node.js",
              uses: "actions/setup-node",
              with: { "node-version": "20", "package-manager-cache": false },
            },
            { id: "python", name: "Set up Python", uses: "actions/setup-python", with: { "python-version": "3.11" } },
            { id: "test", name: "Build and run every test", run: "npm test\n" },
          ],
        },
      },
    },
  },
});
