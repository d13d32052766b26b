import { expect, test } from "bun:test";
import { dialects } from "#dialects/registry";
import { authSchemes } from "./schemes";

test("authSchemes holds the scheme by which each dialect's own provider takes a key", () => {
  for (const { auth, name } of Object.values(dialects)) expect(Object.keys(authSchemes), name).toContain(auth);
});
