import { expect, test } from "bun:test";
import { watchStore } from "./store-watch";

test("watchStore() looks a last time as it closes, so that a successor finds the file that was deleted a moment ago", () => {
  const said: string[] = [];
  const line = (_: object, message: string) => void said.push(message);
  let looks = 0;
  let reopened = 0;
  const lookAfterFile = () => {
    looks += 1;
    return "restored" as const;
  };
  const log = { debug: line, info: line, warn: line, error: line };
  watchStore({ lookAfterFile }, () => void reopened++, log).close();
  expect({ looks, reopened }).toEqual({ looks: 1, reopened: 0 });
  expect(said).toEqual([expect.stringContaining("was deleted or cut off and is put back")]);
});
