import { expect, test } from "bun:test";
import { parseCut } from "./parse-cut";

const text = JSON.stringify({
  model: "a",
  messages: [
    { role: "user", content: 'a "quoted" } ]' },
    { role: "assistant", content: [{ type: "text", text: "\\" }] },
  ],
});

/** Where each of the messages is complete. */
const ends = [text.indexOf("},{") + 1, text.lastIndexOf("}]}") + 1];

test("parseCut() reads the messages that are whole, wherever the text ends", () => {
  for (let end = 0; end < text.length; end += 1) {
    const found = parseCut(text.slice(0, end));
    const whole = ends.filter((at) => at <= end).length;
    const messages = JSON.parse(text).messages.slice(0, whole);
    expect([end, found]).toEqual([end, whole === 0 ? undefined : { model: "a", messages }]);
  }
});
