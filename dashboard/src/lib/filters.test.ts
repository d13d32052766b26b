import { expect, test } from "bun:test";
import { filterQuery, readFilters, writeFilters } from "./filters";

const fields = [
  { id: "model", label: "Model" },
  { id: "tag", label: "Tag" },
];

test("readFilters() reads what writeFilters() wrote, values with colons too", () => {
  const filters = [
    { field: "model", value: "openai/gpt-4o" },
    { field: "tag", value: "use:tests" },
  ];
  expect(readFilters(writeFilters(filters), fields)).toEqual(filters);
});

test("readFilters() leaves out what names no field or has no value", () => {
  expect(readFilters(["model:", ":x", "other:1", "model", "constructor:1"], fields)).toEqual([]);
});

test("filterQuery() puts the values of a field together", () => {
  const filters = [
    { field: "tag", value: "a" },
    { field: "model", value: "m" },
    { field: "tag", value: "b" },
  ];
  expect(filterQuery(filters)).toEqual({ tag: ["a", "b"], model: "m" });
});
