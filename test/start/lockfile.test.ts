import { describe, expect, test } from "bun:test";
import pageLockfile from "../../dashboard/package-lock.json" with { type: "json" };
import packageJson from "../../package.json" with { type: "json" };
import lockfile from "../../package-lock.json" with { type: "json" };

type Locked = {
  readonly version: string;
  readonly dev?: boolean;
  readonly resolved?: string;
  readonly engines?: { readonly node?: string };
  readonly optionalDependencies?: { readonly [name: string]: string };
};
const packages: ReadonlyMap<string, Locked> = new Map(Object.entries<Locked>(lockfile.packages));
const lockfiles: Readonly<Record<string, ReadonlyMap<string, Locked>>> = {
  "package-lock.json": packages,
  "dashboard/package-lock.json": new Map(Object.entries<Locked>(pageLockfile.packages)),
};

describe.each(Object.entries(lockfiles))("%s", (_, packages) => {
  test("lists every optional package of every platform, so that `npm ci` works on each", () => {
    const missing = [...packages].flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages.has(`node_modules/${name}`) && !packages.has(`${path}/node_modules/${name}`),
      ),
    );
    expect(missing).toEqual([]);
  });

  test("names no address", () => {
    expect([...packages].filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });
});

test("no package that the product needs asks for a newer Node than package.json does", () => {
  const least = leastMajor(packageJson.engines.node);
  const newer = [...packages].filter(
    ([path, { dev, engines }]) => path !== "" && dev !== true && leastMajor(engines?.node ?? "*") > least,
  );
  expect(newer.map(([path]) => path)).toEqual([]);
});

/** The smallest major version that a range accepts: its alternatives here are `>=20`, `^20.19.0 || >=22.12.0` and the like. */
function leastMajor(range: string): number {
  const majors = range.split("||").map((alternative) => Number(/(\d+)/.exec(alternative)?.[1] ?? 0));
  return Math.min(...majors);
}
