import { describe, expect, test } from "bun:test";
import { settingGroups } from "./setting-groups";
import { inWords } from "./setting-value";

describe("settingGroups()", () => {
  test("names each setting once", () => {
    const names = settingGroups(undefined).flatMap(({ settings }) => settings.map(({ name }) => name));
    expect(names).toEqual([...new Set(names)]);
  });

  test("says in words what is no amount", () => {
    const settings = settingGroups(undefined).flatMap(({ settings }) => settings);
    const shown = (name: string, value: string) =>
      settings.filter((setting) => setting.name === name).map((setting) => inWords(setting, value));
    expect(shown("stream_headers_after_ms", "-1")).toEqual(["with the first token"]);
    expect(shown("keepalive_ms", "0")).toEqual(["never"]);
    expect(shown("min_capped_tokens", "text: 1024\ntools: 8192")).toEqual(["text: 1024, tools: 8192"]);
    expect(shown("keepalive_ms", "15000")[0]).toEndWith(" s");
  });
});
