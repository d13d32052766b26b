import { expect, test } from "bun:test";
import { settingsSchema } from "#config/settings-schema";
import { compileSettings } from "./compile";

test("compileSettings() has media fetched only where that is on, within what is set or usual", () => {
  const policyOf = (materialise: object) => compileSettings(settingsSchema.parse({ materialise })).materialise;
  expect(compileSettings({}).materialise).toBeUndefined();
  expect(policyOf({ max_bytes: 2048 })).toBeUndefined();
  expect(policyOf({ enabled: true, max_bytes: 2048 })).toEqual({
    ...{ maxBytes: 2048, maxTotalBytes: 20_971_520, timeoutMs: 10_000 },
    ...{ allowHttp: false, allowPrivateNetwork: false },
  });
  expect(() => policyOf({ enabled: true, hosts: [] })).toThrow();
});
