import { closest } from "../../../diagnostics/closest.ts";
import { answers, routesOf } from "../../../repository/python/routes.ts";
import { defineCheck } from "../../check.ts";
import { serviceOf } from "./service.ts";
import { smokeOf } from "./smoke.ts";

export const missingRoute = defineCheck({
  id: "repository/missing-route",
  severity: "warning",
  summary: "The smoke test asks for a path that the service does not answer.",
  why: "The service answers 404, unless something in front of it rewrites the path: the smoke test fails, and every deployment is rolled back.",
  hint: "name a path that the service answers, or add the route to it",
  examples: {
    bad: { "pipeline.config.yaml": "deploy: { smoke: { predict: { path: /score } } }\n" },
    good: { "pipeline.config.yaml": "deploy: { smoke: { health: /health, predict: { path: /predict } } }\n" },
  },
  check: (context, report) => {
    const { repository, pipeline, at, field } = context;
    const smoke = smokeOf(context);
    const service = smoke && serviceOf(context);
    if (!smoke || !service) return;
    const { routes, isComplete } = routesOf(repository, pipeline.root);
    const own = `${service.module.replaceAll(".", "/")}.py`;
    // The application may be made elsewhere, or be another one than those that were read.
    if (!isComplete || !routes.some(({ app }) => app === own || app.endsWith(`/${own}`))) return;
    const asked = [
      { method: "GET", path: smoke.health, at: ["deploy", "smoke", "health"] },
      { method: "POST", path: smoke.predict.path, at: ["deploy", "smoke", "predict", "path"] },
    ];
    for (const request of asked) {
      if (OWN.has(request.path.split("?")[0] ?? "") || routes.some(route => answers(route, request))) continue;
      const paths = [...new Set(routes.filter(({ method }) => method === request.method).map(({ path }) => path))];
      const near = closest(request.path, paths);
      report(
        at(request.at),
        `${field(request.at)} is \`${request.path}\`, and no route of \`${service.module}\` answers ${request.method} there`,
        {
          hint:
            near !== undefined
              ? `did you mean \`${near}\`?`
              : paths.length > 0
                ? `name one that it answers: ${paths
                    .slice(0, 5)
                    .map(path => `\`${path}\``)
                    .join(", ")}`
                : `add a route for ${request.method} to the service`,
        },
      );
    }
  },
});

/** What FastAPI answers by itself. */
const OWN: ReadonlySet<string> = new Set(["/docs", "/redoc", "/openapi.json"]);
