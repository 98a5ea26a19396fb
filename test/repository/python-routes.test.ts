import { expect, test } from "vitest";
import { answers, routesOf } from "../../src/repository/python/routes.ts";
import { repositoryOf } from "../support/contents.ts";

const routes = (files: Readonly<Record<string, string>>, folder = ".") => {
  const { routes: found, isComplete } = routesOf(repositoryOf(files), folder);
  return { isComplete, routes: found.map(({ method, path, file, spot }) => `${method} ${path} ${file}:${spot.line}`) };
};

test("routes: those of an application and of the routers it includes, with every prefix", () => {
  expect(
    routes({
      "src/risk/__init__.py": "",
      "src/risk/api.py": `from fastapi import FastAPI
from risk import scoring
from .admin import router as admin
app = FastAPI(title="x")
app.include_router(scoring.router, prefix="/v1")
app.include_router(admin)
@app.get("/health")
def health(): ...
`,
      "src/risk/scoring.py": `from fastapi import APIRouter
router = APIRouter(prefix="/score", tags=["x"])
@router.post("/predict")
async def predict(body: dict): ...
`,
      "src/risk/admin.py": `from fastapi import APIRouter
PATH = "/admin"
router = APIRouter()
@router.api_route(PATH, methods=["GET", "POST"])
def admin(): ...
`,
    }),
  ).toEqual({
    isComplete: true,
    routes: [
      "GET /health src/risk/api.py:7",
      "POST /v1/score/predict src/risk/scoring.py:3",
      "GET /admin src/risk/admin.py:4",
      "POST /admin src/risk/admin.py:4",
    ],
  });
});

test("routes: an application that a function makes, and one of Flask", () => {
  expect(
    routes({
      "api.py": `from fastapi import FastAPI
def create_app():
    app = FastAPI()
    @app.get("/health")
    def health(): ...
    return app
`,
    }),
  ).toEqual({ isComplete: true, routes: ["GET /health api.py:4"] });
  expect(
    routes({
      "api.py": 'from flask import Flask\napp = Flask(__name__)\n@app.route("/x", methods=["POST"])\ndef x(): ...\n',
    }),
  ).toEqual({ isComplete: true, routes: ["POST /x api.py:3"] });
});

test.for([
  ["there is no service", "print(1)\n"],
  ["something is mounted", 'app.mount("/x", other)\n'],
  ["another package gets hold of the application", "from extra import install\ninstall(app)\n"],
  ["a path is only known at run time", "@app.get(unknown)\ndef a(): ...\n"],
  ["a router is unknown", "from extra import router\napp.include_router(router)\n"],
] as const)("routes: they are not all known where %s", ([, text]) => {
  const head = text.startsWith("print") ? "" : "from fastapi import FastAPI\napp = FastAPI()\n";
  expect(routes({ "api.py": `${head}${text}` }).isComplete).toBe(false);
});

test("routes: services elsewhere, and those of tests, are not the project's", () => {
  const text = 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/x")\ndef x(): ...\n';
  expect(routes({ "models/a/api.py": text, "models/b/tests/api.py": text }, "models/b")).toEqual({
    isComplete: false,
    routes: [],
  });
});

test("routes: a part in braces answers any", () => {
  const route = (path: string) => ({ method: "GET", path, file: "a.py", app: "a.py", spot: { file: "a.py" } });
  const asks = (path: string) => ({ method: "GET", path });
  expect(answers(route("/models/{name}/health"), asks("/models/x/health"))).toBe(true);
  expect(answers(route("/models/{name}/health"), asks("/models/health"))).toBe(false);
  expect(answers(route("/files/{path:path}"), asks("/files/a/b"))).toBe(true);
  expect(answers(route("/health"), { method: "POST", path: "/health" })).toBe(false);
  expect(answers({ ...route("/health"), method: "*" }, asks("/health?x=1"))).toBe(true);
});
