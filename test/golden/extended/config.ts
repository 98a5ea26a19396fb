import { defineConfig, output, secret, variable } from "creditrisk-ci";

/** Steps and jobs of the team's own at every kind of place, in each workflow. */
export default defineConfig({
  name: "creditrisk",
  permissions: {
    ci: { quality: { "pull-requests": { access: "read", reason: "to read the labels of the pull request" } } },
    cd: { docs: { pages: { access: "write", reason: "to publish the model card" } } },
  },
  extend: {
    ci: {
      quality: {
        before: {
          lint: [{ name: "Show the versions", run: "python --version\ndvc --version\n" }],
        },
        after: {
          test: [
            {
              id: "coverage",
              name: "Sum up the coverage",
              when: "always",
              env: { LEAST: "80" },
              run: 'coverage report --fail-under "$LEAST"\n',
              timeoutMinutes: 5,
            },
          ],
        },
      },
      jobs: {
        "dashboard-tests": {
          name: "Dashboard tests",
          workingDirectory: "dashboard",
          steps: [
            {
              name: "Check out the repository",
              uses: "actions/checkout",
              with: { "persist-credentials": false },
            },
            {
              name: "Set up Node.js",
              uses: "actions/setup-node",
              with: { "node-version": "24", "package-manager-cache": false },
            },
            { name: "Install and test", run: "npm ci\nnpm test\n" },
          ],
          permissions: { contents: { access: "read", reason: "to check out the code" } },
        },
      },
    },
    cd: {
      train: {
        before: {
          pull: [
            {
              id: "snapshot",
              name: "Choose the snapshot of the data",
              env: { SNAPSHOT: variable("DATA_SNAPSHOT") },
              run: 'echo "name=${SNAPSHOT:-latest}" >>"$GITHUB_OUTPUT"\n',
            },
            {
              name: "Fetch the snapshot",
              env: { NAME: output("snapshot", "name"), TOKEN: secret("SNAPSHOT_TOKEN") },
              run: './fetch-snapshot.sh "$NAME"\n',
            },
          ],
        },
        replace: {
          summary: [
            { name: "Summarise the model our way", when: "always", run: 'python -m report >>"$GITHUB_STEP_SUMMARY"\n' },
          ],
        },
      },
      jobs: {
        docs: {
          name: "Publish the model card",
          needs: ["promote"],
          environment: "documentation",
          timeoutMinutes: 10,
          permissions: { contents: { access: "read", reason: "to check out the code" } },
          steps: [
            {
              name: "Check out the repository",
              uses: "actions/checkout",
              with: { "persist-credentials": false },
            },
            {
              name: "Publish",
              workingDirectory: "docs",
              env: { TOKEN: secret("DOCS_TOKEN") },
              run: "./publish.sh\n",
            },
          ],
        },
      },
    },
    nightly: {
      refresh: {
        after: {
          monitor: [{ name: "Say that monitoring failed", when: "failure", run: 'echo "::warning::no monitoring"\n' }],
        },
      },
      jobs: {
        cleanup: {
          name: "Clean up",
          needs: ["refresh"],
          runsOn: "ubuntu-24.04",
          steps: [{ name: "Nothing to clean", run: "true\n" }],
        },
      },
    },
  },
});
