import { isWithin } from "../../../repository/dvc/paths.ts";
import { programOf } from "../../../repository/python/program.ts";
import { defineCheck } from "../../check.ts";
import { isBehindLink } from "../../places.ts";
import { serviceOf } from "./service.ts";

export const serviceNeedsModel = defineCheck({
  id: "repository/service-needs-model",
  severity: "warning",
  summary: "The deployed service reads a file when it starts that its image does not hold.",
  why: "The server ends as soon as it starts: the deployment never becomes stable, and is rolled back after its time is up.",
  hint: "add the file to `artifacts.bundle` and to the image's `include`",
  examples: {
    bad: {
      "src/demo/serve.py":
        'import joblib\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = joblib.load("models/champion.joblib")\n\n\n@app.get("/health")\ndef health():\n    return {}\n\n\n@app.post("/predict")\ndef predict(body: dict):\n    return {"predictions": [1]}\n',
    },
    good: {
      "src/demo/serve.py":
        'import joblib\nfrom fastapi import FastAPI\n\napp = FastAPI()\nmodel = joblib.load("models/model.joblib")\n\n\n@app.get("/health")\ndef health():\n    return {}\n\n\n@app.post("/predict")\ndef predict(body: dict):\n    return {"predictions": [1]}\n',
    },
  },
  check: (context, report) => {
    const { repository, pipeline } = context;
    const service = serviceOf(context);
    if (!service || service.build.isChanged) return;
    const { build, module } = service;
    // The repository may be mounted, or the image made of another one: what is copied says that it is this one.
    if (build.dockerfile?.stages.some(({ runs }) => runs.some(({ text }) => FETCHES.test(text)))) return;
    const facts = programOf(repository, pipeline.root, { kind: "module", name: module }, [])?.facts ?? [];
    const written = new Set(facts.flatMap(fact => (fact.kind === "write" ? [fact.path] : [])));
    const told = new Set<string>();
    for (const fact of facts) {
      if (fact.kind !== "read" || fact.isConditional || fact.isFolder || written.has(fact.path) || told.has(fact.path))
        continue;
      const { path, spot } = fact;
      if (!isWithin(path, build.context) || isBehindLink(repository, path)) continue;
      const entry = build.entry(path);
      const isThere = repository.has(path) || build.mayBring(path);
      if (isThere && entry.included) continue;
      told.add(path);
      report(
        spot,
        isThere && entry.by
          ? `the service of image \`${build.image.name}\` reads \`${path}\` when it starts, which \`${entry.by.pattern}\` in ${entry.by.file}:${entry.by.line} keeps out of the image`
          : `the service of image \`${build.image.name}\` reads \`${path}\` when it starts, which is neither in the repository nor in the model bundle`,
      );
    }
  },
});

/** Commands that may bring a model while the image is built. */
const FETCHES = /\b(?:curl|wget|aws|gsutil|az|dvc|mlflow|git|huggingface-cli|hf|kaggle|scp|rsync)\b|--mount/;
