import { parseArgs } from "node:util";
import type { Pace } from "./compare.ts";
import { rows } from "./rows.ts";

export type Options = {
  readonly pace: Pace;
  readonly trial: boolean;
  /** How long memory is let stand before it is looked at. */
  readonly memorySeconds: number;
  /** Names of rows, or `memory`; none: all. */
  readonly rows: readonly string[];
  /** Whether other gateways are measured too, and installed where they are not there. */
  readonly peers: boolean;
  readonly installs: boolean;
  /** Files that describe further ones; see `described-peer.ts`. */
  readonly peerFiles: readonly string[];
  /** Other checkouts to measure in turns with this one. */
  readonly against: readonly string[];
};

/** `[peers [--install] [--peer FILE]] [row …] [--rounds N] [--seconds N] [--trial] [--against DIR]`. Exits with 2 on what it does not know. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      rounds: { type: "string" },
      seconds: { type: "string" },
      trial: { type: "boolean", default: false },
      install: { type: "boolean", default: false },
      peer: { type: "string", multiple: true, default: [] },
      against: { type: "string", multiple: true, default: [] },
    },
  });
  const names = [...rows.map(({ name }) => name), "memory"];
  const peers = positionals[0] === "peers";
  const named = positionals.slice(peers ? 1 : 0);
  const unknown = named.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`There is no row "${unknown}": there are ${names.join(", ")}\n`);
    process.exit(2);
  }
  const rounds = Number(values.rounds ?? (values.trial ? 2 : 5));
  const seconds = Number(values.seconds ?? (values.trial ? 2 : 4));
  const pace = { rounds, seconds, warmUpSeconds: values.trial ? 4 : 12 };
  return {
    pace,
    trial: values.trial,
    memorySeconds: values.trial ? 10 : 60,
    rows: named,
    peers,
    installs: values.install,
    peerFiles: values.peer,
    against: values.against,
  };
}
