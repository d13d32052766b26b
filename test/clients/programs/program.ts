import type { Dialect } from "../client-config.ts";

/** Where a program is pointed at: the gateway, or a provider that listens. */
export type Endpoint = { readonly url: string; readonly key: string; readonly model: string };

/** How a program is called once. Everything it writes goes into `home`, which is also its HOME. */
export type Call = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Files that lie in its home beforehand, by path. */
  readonly files?: { readonly [path: string]: string };
  readonly input?: string;
};

/** A program that people run, headless, for one turn in which a tool is called. */
export type Program = {
  readonly name: string;
  /** What is installed, at exact versions: npm packages with a registry name, or requirements of a Python. */
  readonly packages: { readonly npm: readonly string[] } | { readonly pip: readonly string[] };
  readonly dialects: readonly Dialect[];
  /** Whether `npm test` runs it; `npm run test:full` runs all. */
  readonly sample: boolean;
  /** `folder` is where its packages are. */
  call(endpoint: Endpoint, dialect: Dialect, folder: string): Call;
  /** Tells it to keep to itself: no telemetry, no updates, no questions. */
  readonly quiet?: { readonly [name: string]: string };
  /** The page of `docs/guides` that says how it is used. */
  readonly guide?: string;
  /** Where its own models are asked, where that is no provider of `client-config.ts`'s table. */
  readonly ownModel?: string;
  /** It tries a WebSocket first, which is answered with 426. */
  readonly triesWebSocket?: true;
  /** A file in its home that shows what it did, where its output does not. */
  readonly shows?: string;
};
