import { expect, test } from "vitest";
import type { ExampleFiles } from "../../src/doctor/check.ts";
import { imageChecks } from "../../src/doctor/checks/image/index.ts";
import { examineExample } from "./examination.ts";

const diagnostics = async (example: ExampleFiles) =>
  (await examineExample(example, imageChecks)).map(({ diagnostic }) => diagnostic);
const findings = async (example: ExampleFiles) =>
  (await diagnostics(example)).map(
    ({ code, severity, file, line }) =>
      `${severity} ${code.replace("repository/", "")} ${file}${line === undefined ? "" : `:${line}`}`,
  );
const config = (text: string): ExampleFiles => ({ "pipeline.config.yaml": text });
const SERVE = 'CMD ["uvicorn", "demo.serve:app", "--port", "8080"]\n';

test("image: without cd nothing is built, and nothing said", async () => {
  const off = config("files: { cd: false }\nnightly: { retrain: { mode: inline } }\n");
  expect(await findings({ ...off, Dockerfile: null, "sample_payload.json": null })).toEqual([]);
});

test("missing-dockerfile: the one that is there is proposed, and links are not followed", async () => {
  const [found] = await diagnostics(config("images: [{ name: api, dockerfile: docker/Dockerfile.api }]\n"));
  expect(found).toMatchObject({
    code: "repository/missing-dockerfile",
    hint: "did you mean `Dockerfile`?",
    line: expect.any(Number),
  });
  expect(
    await findings({ ...config("images: [{ name: api, dockerfile: docker/Dockerfile.api }]\n"), docker: "a link" }),
  ).toEqual([]);
});

test("missing-dockerfile: steps of the team's own may make it", async () => {
  const made =
    "images: [{ name: api, dockerfile: Dockerfile.made }]\nextend: { cd: { image-api: { before: { context: [{ name: Make it, run: make Dockerfile.made }] } } } }\n";
  expect(await findings(config(made))).toEqual([]);
});

test("missing-context: a folder that only the bundle brings is there when the image is built", async () => {
  const image = "images: [{ name: api, dockerfile: Dockerfile, context: models }]\n";
  expect(await findings({ ...config(image), Dockerfile: "FROM a\nCOPY model.joblib /\n" })).toEqual([]);
  expect(await findings(config(image.replace("context: models", "context: service, include: []")))).toEqual([
    "error missing-context pipeline.config.yaml:11",
  ]);
});

test("missing-copy-source: what is ignored by Docker is as good as not there, but for what `include` brings back", async () => {
  const all = `FROM a\nCOPY src /src\nCOPY models /models\nCOPY reports/metrics.json /\nCOPY tests/test_fit.py /\n`;
  const [file, text] = [".dockerignore", "models\nreports\ntests\n!tests/data\n"];
  const found = await diagnostics({ Dockerfile: all, [file]: text });
  expect(found.map(({ line, message }) => [line, message])).toEqual([
    [4, expect.stringContaining("`reports/metrics.json` is kept from the build by `reports` in .dockerignore:2")],
    [5, expect.stringContaining("`tests/test_fit.py` is kept from the build by `tests` in .dockerignore:3")],
  ]);
  expect(await findings({ Dockerfile: all, [file]: text, "Dockerfile.dockerignore": "models\n" })).toEqual([]);
});

test("missing-copy-source: nothing is said of what cannot be told", async () => {
  const lines = [
    "FROM a AS build",
    "COPY $SOURCE /x",
    "COPY generated/*.json /x",
    "ADD https://example.org/x.bin /x",
    "ADD git@github.com:acme/x.git /x",
    "COPY --from=build /gone /x",
    "COPY --from=ghcr.io/acme/base:1 /gone /x",
    "COPY ./ /app",
    "COPY / /app",
    "COPY ../src /src",
    "COPY vendor/lib /lib",
    "COPY reports/metrics.json models/ /app/",
  ];
  expect(await findings({ Dockerfile: lines.join("\n"), vendor: "a submodule" })).toEqual([]);
});

test("missing-copy-source: each source that is not there is told", async () => {
  expect(await findings({ Dockerfile: "FROM a\nCOPY models src \\\n  requirements.txt /\n" })).toEqual([]);
  expect(await findings({ Dockerfile: "FROM a\nCOPY . /\nCOPY gone.txt ./other.txt /\n" })).toEqual([
    "error missing-copy-source Dockerfile:3",
    "error missing-copy-source Dockerfile:3",
  ]);
});

test("model-not-in-image: whatever may copy the model counts", async () => {
  const of = (...lines: readonly string[]) => findings({ Dockerfile: ["FROM a AS build", ...lines, ""].join("\n") });
  expect(await of("COPY src /src")).toEqual(["warning model-not-in-image Dockerfile"]);
  for (const line of [
    ...[
      "COPY . .",
      "COPY models /m",
      "COPY models/model.joblib /m",
      "COPY models/*.joblib /m",
      "COPY mod* /m",
      "ADD ./models/ /m",
    ],
    ...[
      "COPY $" + "{WHAT} /m",
      "RUN --mount=type=bind,source=models,target=/m cp /m/model.joblib /",
      "COPY models /m\nFROM b\nCOPY --from=build /m /m",
    ],
  ])
    expect(await of(line), line).toEqual([]);
});

test("model-not-in-image: a model outside of the build context is refused by the workflow", async () => {
  const image = "images: [{ name: api, dockerfile: Dockerfile, context: src }]\n";
  const [found, ...more] = await diagnostics({ ...config(image), Dockerfile: "FROM a\nCOPY demo /demo\n" });
  expect(more).toEqual([]);
  expect(found).toMatchObject({ code: "repository/model-not-in-image", severity: "error" });
  expect(
    await findings({
      ...config(image.replace("context: src", "context: src, include: []")),
      Dockerfile: "FROM a\nCOPY demo /d\n",
    }),
  ).toEqual([]);
});

const service = (line: string): string => `from pathlib import Path
from fastapi import FastAPI
import json

app = FastAPI()
${line}


@app.get("/health")
def health():
    return {}


@app.post("/predict")
def predict(body: dict):
    return {"predictions": [1]}
`;

test("service-needs-model: a file that is read at the start must be in the repository or the bundle, and not ignored", async () => {
  const of = (line: string, others: ExampleFiles = {}) => findings({ "src/demo/serve.py": service(line), ...others });
  const warning = "warning service-needs-model src/demo/serve.py:6";
  expect(await of('SETTINGS = json.loads(Path("models/threshold.json").read_text())')).toEqual([warning]);
  expect(await of('SETTINGS = json.loads(Path("configs/demo.yaml").read_text())')).toEqual([]);
  expect(
    await of('SETTINGS = json.loads(Path("configs/demo.yaml").read_text())', { ".dockerignore": "configs\n" }),
  ).toEqual([warning]);
  expect(await of('MODEL = open("models/model.joblib").read()', { ".dockerignore": "models/\n" })).toEqual([]);
  expect(await of('MODEL = open("models/x.bin").read() if Path("models/x.bin").exists() else None')).toEqual([]);
  const fetching = `FROM a\nCOPY . .\nRUN aws s3 cp s3://models/x.bin models/\n${SERVE}`;
  expect(await of('MODEL = open("models/x.bin").read()', { Dockerfile: fetching })).toEqual([]);
});

test("missing-route: nothing is said unless the image serves the application that was read, with all of its routes", async () => {
  const smoke = config("deploy: { smoke: { health: /healthz, predict: { path: /score } } }\n");
  expect(await findings(smoke)).toEqual(
    ["warning missing-route pipeline.config.yaml:6", "warning missing-route pipeline.config.yaml:8"].map(() =>
      expect.stringContaining("warning missing-route pipeline.config.yaml"),
    ),
  );
  const elsewhere = (command: string) => ({ ...smoke, Dockerfile: `FROM a\nCOPY . .\n${command}\n` });
  expect(await findings(elsewhere('CMD ["uvicorn", "other.serve:app"]'))).toEqual([]);
  expect(await findings(elsewhere('CMD ["bentoml", "serve"]'))).toEqual([]);
  const open =
    "import pkgutil\nfrom fastapi import FastAPI\nfrom other import extend\n\napp = FastAPI()\nextend(app)\n";
  expect(await findings({ ...smoke, "src/demo/serve.py": open })).toEqual([]);
  expect(
    await findings({
      ...smoke,
      Dockerfile: `FROM a\nCOPY . .\nENTRYPOINT exec gunicorn -k uvicorn.workers.UvicornWorker demo.serve:app\n`,
    }),
  ).toHaveLength(2);
});

test("missing-route: a prefix of a router is part of the path", async () => {
  const files = {
    "src/demo/serve.py":
      "from fastapi import FastAPI\nfrom demo.routes import router\n\napp = FastAPI()\napp.include_router(router, prefix='/v1')\n",
    "src/demo/routes.py":
      "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/health')\ndef health():\n    return {}\n\n\n@router.post('/models/{name}/predict')\ndef predict(name: str, body: dict):\n    return {}\n",
  };
  const smoke = (health: string, path: string) =>
    config(`deploy: { smoke: { health: ${health}, predict: { path: ${path} } } }\n`);
  expect(await findings({ ...files, ...smoke("/v1/health", "/v1/models/pd/predict") })).toEqual([]);
  const found = await diagnostics({ ...files, ...smoke("/health", "/v1/models/pd/predict") });
  expect(found).toMatchObject([{ code: "repository/missing-route", hint: expect.stringContaining("`/v1/health`") }]);
});

test("missing-payload: the job that deploys has the repository and nothing else", async () => {
  const predict = (payload: string) => config(`deploy: { smoke: { predict: { payload: ${payload} } } }\n`);
  const [found] = await diagnostics(predict("sample_payloads.json"));
  expect(found).toMatchObject({ code: "repository/missing-payload", hint: "did you mean `sample_payload.json`?" });
  expect(await findings(predict("reports/metrics.json"))).toHaveLength(1);
  expect(await findings(config("deploy: { smoke: false }\n"))).toEqual([]);
  expect(await findings({ ...config("deploy: false\n"), "sample_payload.json": null })).toEqual([]);
});

test("invalid-payload: what the smoke test refuses is an error, an empty list of records a warning", async () => {
  const of = (text: string) => findings({ "sample_payload.json": text });
  for (const text of ["{}", "[]", '"a"', "1", "null"])
    expect(await of(text), text).toEqual(["error invalid-payload sample_payload.json"]);
  expect(await of('{\n  "records": [1,]\n}')).toEqual([
    expect.stringMatching(/^error invalid-payload sample_payload\.json:\d$/),
  ]);
  expect(await of('{"instances": []}')).toEqual(["warning invalid-payload sample_payload.json"]);
  for (const text of ['{"records": [{}]}', '{"threshold": 0.5, "tags": []}', "[[1, 2]]"])
    expect(await of(text), text).toEqual([]);
  expect(await findings(config("deploy: { smoke: { predict: { payload: { records: [] } } } }\n"))).toEqual([
    expect.stringContaining("warning invalid-payload pipeline.config.yaml"),
  ]);
});

test("exposed-port: one of several ports, and a port that is not known, say nothing", async () => {
  const of = (...lines: readonly string[]) => findings({ Dockerfile: ["FROM a", "COPY . .", ...lines, ""].join("\n") });
  expect(await of("EXPOSE 8000", SERVE)).toEqual(["note exposed-port Dockerfile:3"]);
  expect(await of("EXPOSE 8000", "CMD gunicorn -b 0.0.0.0:8080 demo.serve:app")).toEqual([
    "note exposed-port Dockerfile:3",
  ]);
  for (const lines of [
    ["EXPOSE 8000 8080", SERVE],
    ["EXPOSE 8000", "CMD uvicorn demo.serve:app --port $PORT"],
    ["EXPOSE 8000", 'CMD ["uvicorn", "demo.serve:app"]'],
    ["EXPOSE $PORT", SERVE],
    [SERVE],
  ])
    expect(await of(...lines), lines.join()).toEqual([]);
});
