import { expect, test } from "bun:test";
import * as z from "zod";
import { LimitBench } from "#limits/fixtures/limit-bench";
import { docsPage } from "./docs-page";
import { exampleBodies } from "./examples";
import { noInput, patchOf } from "./input";
import { ok } from "./response";
import { route } from "./route";

const shown = z.strictObject({ name: z.string().meta({ description: "As in `keys list`, < 9." }) });

test("docsPage() shows code as code, and a call to paste", () => {
  const page = docsPage([
    route({
      method: "PATCH",
      path: "/api/teams/{name}",
      summary: "Change `name`",
      permission: "teams:edit",
      input: patchOf(shown),
      response: ok(shown),
      handle: async () => ({ name: "a" }),
    }),
    route({
      method: "GET",
      path: "/api/x",
      summary: "x",
      access: "open",
      input: noInput,
      response: ok(shown),
      handle: async () => ({ name: "a" }),
    }),
  ]);
  expect(page).toContain("Change <code>name</code>");
  expect(page).toContain("As in <code>keys list</code>, &lt; 9.");
  expect(page).toContain(
    "curl -X PATCH &quot;$HEADGATE/api/teams/{name}&quot; \\\n  -H &quot;Authorization: Bearer $ADMIN&quot;",
  );
  expect(page).toContain("<pre>curl &quot;$HEADGATE/api/x&quot;</pre>");
  expect(page).not.toContain("`");
});

test("exampleBodies are taken by the routes that they are shown at, and none is missing", async () => {
  using bench = new LimitBench();
  await bench.start();
  const { body } = await bench.ask("GET", "/api/openapi.json");
  const paths: Record<string, Record<string, { requestBody?: object }>> = body.paths;
  const taking = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      requestBody === undefined ? [] : [`${method.toUpperCase()} ${path}`],
    ),
  );
  expect(Object.keys(exampleBodies).toSorted()).toEqual(taking.toSorted());
  for (const [route, example] of Object.entries(exampleBodies)) {
    const [method = "", path = ""] = route.split(" ");
    // They call providers.
    if (path.endsWith("/test")) continue;
    const { status } = await bench.ask(method, path.replaceAll(/\{\w+\}/g, "none"), example);
    expect([route, status === 400 || status === 422]).toEqual([route, false]);
  }
});
