import { defineConfig } from "creditrisk-ci";

/** uv instead of pip, a project in a folder, gates of the team's own. */
export default defineConfig({
  name: "churn",
  root: "services/churn",
  defaultBranch: "trunk",
  python: {
    version: "3.12",
    installer: "uv",
    install: ["uv sync --frozen --all-groups --active"],
    lockFiles: ["pyproject.toml", "uv.lock"],
  },
  checks: {
    security: false,
    types: { command: "mypy src", name: "Check the types", advisory: true },
    "docs-build": "mkdocs build --strict",
  },
});
