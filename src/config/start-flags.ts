import type { Flag } from "./flag";

export const dataDirFlag: Flag = {
  name: "data-dir",
  value: "DIR",
  help: "where everything is kept (./data in a clone, else $XDG_STATE_HOME/headgate)",
};

/** Every flag of the start; each is also an environment variable: `--drain-timeout` is `HEADGATE_DRAIN_TIMEOUT`. */
export const startFlags: readonly Flag[] = [
  { name: "host", value: "ADDRESS", default: "127.0.0.1", help: "address to listen on" },
  { name: "port", value: "PORT", default: "8080", help: "port to listen on, 0 for a free one" },
  dataDirFlag,
  { name: "config", value: "FILE", help: "configuration file (YAML)" },
  { name: "workers", value: "N|auto", default: "auto", help: "worker processes, auto: one a core" },
  { name: "log-level", value: "LEVEL", default: "info", help: "trace, debug, info, warn, error or silent" },
  { name: "tls-cert", value: "FILE", help: "certificate chain (PEM); with --tls-key, serves HTTPS" },
  { name: "tls-key", value: "FILE", help: "private key (PEM)" },
  { name: "admin-listen", value: "HOST:PORT", help: "serve the admin API here and not on the public port" },
  { name: "drain-timeout", value: "TIME", default: "30s", help: "how long a stop waits for running requests" },
  {
    name: "hang-timeout",
    value: "TIME",
    default: "10s",
    help: "how long a worker may hang before it is replaced, 0s: for ever",
  },
  { name: "takeover-timeout", value: "TIME", default: "15m", help: "how long a restart lets the old workers finish" },
];
