import { expect, test } from "bun:test";
import { hasLargeSet } from "#dialects/fixtures/recordings";
import { isFailing } from "./failing.ts";
import { brokenRecordings } from "./known-losses.ts";
import { readRecordings } from "./recordings.ts";
import { silentIn, unsaid } from "./unsaid.ts";

const broken = new Set(brokenRecordings.map(({ recording }) => recording));
const answers = readRecordings().answers.filter(
  (recording) =>
    recording.form === "whole" && recording.status < 300 && !broken.has(recording.id) && !isFailing(recording),
);
const silent = answers.flatMap((answer) => silentIn(answer).map((path) => ({ path, dialect: answer.dialect })));

test("each field of an answer is told to clients of other dialects, named as lost, or listed as no loss", () => {
  const found = silent.filter(
    ({ dialect, path }) =>
      !unsaid.some(({ fields, provider }) => (provider === "all" || provider === dialect) && fields.test(path)),
  );
  expect([...new Set(found.map(({ dialect, path }) => `${dialect} ${path}`))].sort()).toEqual([]);
});

test.if(hasLargeSet)("the list of what is no loss names nothing that is told", () => {
  const idle = unsaid.filter(
    ({ fields, provider }) =>
      !silent.some(({ dialect, path }) => (provider === "all" || provider === dialect) && fields.test(path)),
  );
  expect(idle.map(({ fields }) => fields.source)).toEqual([]);
});
