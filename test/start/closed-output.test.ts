import { expect, test } from "bun:test";
import { launcher } from "./running";

test("a command whose output nobody reads any more, as of | head, ends without a word", () => {
  const { stdout, stderr } = Bun.spawnSync(["sh", "-c", `("${launcher}" --help; echo "code $?" >&2) | true`]);
  expect([stdout.toString(), stderr.toString()]).toEqual(["", "code 0\n"]);
});
