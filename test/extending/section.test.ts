import { expect, test } from "bun:test";
import { applyChanges, contentChanges, readContent, writeContent } from "#channel/content";
import { byEntry, Unreadable } from "#channel/section";
import { type Sections, snapshotSections } from "#channel/sections";
import { type FileEntries, noEntries } from "#config/file-entries";
import type { SnapshotContent } from "#core/snapshot";
import { object, optional, string } from "#lib/shape";
import { compileSettings } from "#snapshot/compile";
import { named } from "#snapshot/sections";
import { openStores } from "#store/open-stores";

// A further list of the snapshot, as a contributor adds it: its type, a row of how it travels, a row of what it is made from.

type Project = { readonly name: string; readonly owner?: string };
type Content = SnapshotContent & { readonly projects: ReadonlyMap<string, Project> };

/** A row of `channel/sections.ts`. */
const sections: Sections<Content> = {
  ...snapshotSections(),
  projects: byEntry(object<Project>({ name: string, owner: optional(string) }), ({ name }) => name),
};

type ProjectConfig = { readonly name: string; readonly owner?: string };
type FileWithProjects = FileEntries & { readonly projects: readonly (ProjectConfig & { readonly source: "file" })[] };

/** A row of `snapshot/sections.ts`. */
const row = (stored: readonly ProjectConfig[]) =>
  named<ProjectConfig, Content["projects"]>({
    nameOf: ({ name }) => name,
    declared: (file) => projectsOf(file),
    stored: async () => stored,
    compile: (projects) => new Map(projects.map(({ source: _, ...project }) => [project.name, project])),
  });

// @ts-expect-error A section without a row does not compile.
const lacking: Sections<Content> = snapshotSections();

const nothing = new Map<string, never>();
const before: Content = {
  settings: compileSettings({}),
  virtualKeys: nothing,
  routes: nothing,
  providers: nothing,
  teams: nothing,
  customers: nothing,
  limits: [],
  prices: [],
  projects: new Map([
    ["a", { name: "a" }],
    ["b", { name: "b", owner: "ann" }],
  ]),
};

test("a section of one row travels whole and by entry", () => {
  expect(lacking).toBeDefined();
  const [first] = writeContent(sections, before);
  const worker = readContent(sections, overTheWire(first));
  expect(new Map(worker.virtualKeys)).toEqual(new Map(before.virtualKeys));
  expect({ ...worker, virtualKeys: nothing }).toEqual({ ...before, virtualKeys: nothing });

  const projects = new Map([...before.projects, ["c", { name: "c" }]] as const);
  projects.delete("a");
  const [changes] = contentChanges(sections, before, { ...before, projects });
  expect(changes).toEqual({ projects: { set: [{ name: "c" }], removed: ["a"] } });
  const after = applyChanges(sections, worker, overTheWire(changes));
  expect(after.projects).toEqual(projects);
  expect(after.projects.get("b")).toBe(worker.projects.get("b"));
  expect(after.routes).toBe(worker.routes);
});

test("a worker of a version without the section refuses it, and one with it refuses another form", () => {
  const [first] = writeContent(sections, before);
  const whole = overTheWire(first);
  expect(() => readContent(snapshotSections(), whole)).toThrow(new Unreadable('section "projects" is not known'));
  const odd = { ...whole, projects: [{ name: 1 }] };
  expect(() => readContent(sections, odd)).toThrow(new Unreadable('section "projects": [0].name must be a string'));
});

test("the file's entries of a section count over the stored ones, and each says where it is from", async () => {
  const { entries, declared } = row([{ name: "a", owner: "stored" }, { name: "s" }]);
  const file: FileWithProjects = { ...noEntries, projects: [{ name: "a", source: "file" }] };
  const store = await openStores("memory:").config({ key: "k".repeat(32), origin: "test" });
  expect(await entries({ file, fileKeys: [], store, secrets: () => undefined, credentials: () => undefined })).toEqual([
    { name: "a", source: "file" },
    { name: "s", source: "store" },
  ]);
  expect([...declared(file).keys()]).toEqual(["a"]);
});

function projectsOf(file: FileEntries): FileWithProjects["projects"] {
  return "projects" in file && Array.isArray(file.projects) ? file.projects : [];
}

function overTheWire(value: unknown) {
  return JSON.parse(JSON.stringify(value));
}
