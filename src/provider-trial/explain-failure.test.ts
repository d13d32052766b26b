import { expect, test } from "bun:test";
import { GatewayError } from "#core/errors";
import { explainFailure } from "./explain-failure";

const tried = { provider: "own", key: "main", model: "m" };

test("explainFailure() tells an address that must not be called from one that cannot be reached", () => {
  const message = "Cannot call the provider: its address is metadata";
  const fault = "unreachable";
  const forbidden = new GatewayError("upstream_error", message, { fault, unreachable: "forbidden-address" });
  expect(explainFailure(forbidden, tried)).toEqual({ outcome: "address_forbidden", message });
  expect(explainFailure(new GatewayError("upstream_error", message, { fault }), tried).outcome).toBe("not_reachable");
});

test("explainFailure() says of any timer that it took too long", () => {
  for (const fault of ["unreachable", "timeout"] as const) {
    const error = new GatewayError("upstream_timeout", "The provider took too long", { fault });
    expect(explainFailure(error, tried)).toMatchObject({
      outcome: "timeout",
      message: expect.stringMatching(/^The provider took too long\. Look/),
    });
  }
});
