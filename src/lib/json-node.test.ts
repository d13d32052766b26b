import { describe, expect, test } from "bun:test";
import { JsonNode, joinStrings } from "./json-node";

const node = (text: string) => JsonNode.ofText(Buffer.from(text));

describe("JsonNode", () => {
  test("keeps every byte of what nobody edits", () => {
    const text = '{ "a" : [ 1.0 , {"b":1e400}] ,"\\u0063":"\\u0041", "a2":{} }';
    const whole = node(text);
    expect(whole.get("c")?.text()).toBe("A");
    for (const element of whole.get("a")?.elements() ?? []) element.get("b");
    expect(whole.write().toString()).toBe(text);
    expect(whole.isChanged).toBe(false);
  });

  test("keeps all around a value that is replaced", () => {
    const whole = node('{ "a" : [ 1.0 , {"b":1e400}] , "c": 2.50 }');
    whole.get("a")?.elements()[1]?.get("b")?.replace("x");
    expect(whole.write().toString()).toBe('{ "a" : [ 1.0 , {"b":"x"}] , "c": 2.50 }');
  });

  test("adds, takes out and reorders members, each as it was written", () => {
    const whole = node('{ "a":1.0, "b":[ 1.0 , 2e0 ], "b":[3.0 , 4] }');
    whole.remove("a");
    whole.set("d", { e: 1 });
    const list = whole.get("b");
    list?.setElements([...(list?.elements() ?? [])].reverse());
    expect(whole.write().toString()).toBe('{"b":[ 1.0 , 2e0 ],"b":[4,3.0],"d":{"e":1}}');
    expect(whole.remove("none")).toBe(false);
  });

  test("says nothing of what is no object, list or string", () => {
    const number = node("12");
    expect([number.get("a"), number.elements(), number.text(), number.json()]).toEqual([undefined, [], undefined, 12]);
  });
});

test("joinStrings() joins texts as they were written", () => {
  const joined = joinStrings([node('"a\\u0041\\n"'), node('"é"')], "\n\n");
  expect(joined.write().toString()).toBe('"a\\u0041\\n\\n\\né"');
  expect(joined.text()).toBe("aA\n\n\né");
});
