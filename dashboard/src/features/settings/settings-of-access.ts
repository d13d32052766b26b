import type { SettingGroup } from "./setting";

/** Who may call, what is kept of it, and what a file may change. */
export const settingsOfAccess: readonly SettingGroup[] = [
  {
    title: "Access",
    note: "Who may call, and where",
    settings: [
      {
        name: "auth",
        label: "Virtual keys",
        help: "Whether a request to a model needs a virtual key. The admin API always needs a sign-in.",
        kind: "choice",
        options: [
          { value: "required", label: "required" },
          { value: "optional", label: "optional", note: "anybody who reaches the port may ask models" },
        ],
      },
      {
        name: "public_url",
        label: "Public address",
        help: "Where users reach the gateway: the base of every address that it gives out. Without it the dashboard answers only to loopback names and IP addresses.",
        kind: "text",
        placeholder: "https://ai.example.com",
      },
      {
        name: "insecure_sessions",
        label: "Sign-in over plain HTTP",
        help: "Whether one may sign in from another machine without TLS.",
        kind: "flag",
      },
      {
        name: "cors",
        label: "Pages of other origins",
        help: "Origins whose pages may ask models from browsers, one a line. Whoever can read such a page can read the key in it.",
        kind: "origins",
        placeholder: "https://app.example.com",
      },
      {
        name: "trusted_proxies",
        label: "Trusted proxies",
        help: "Addresses or CIDR ranges whose X-Forwarded-For is believed, one a line.",
        kind: "lines",
        placeholder: "10.0.0.0/8",
      },
      {
        name: "metrics_token",
        label: "Token for metrics",
        help: "Opens /metrics and nothing else. At least 16 characters, or a reference such as env:METRICS_TOKEN.",
        kind: "secret",
      },
    ],
  },
  {
    title: "Log",
    note: "What is kept of requests",
    settings: [
      {
        name: "content_logging",
        label: "Content",
        help: "Whether the bodies of requests and answers are kept. A key, team or customer can ask for less.",
        kind: "choice",
        options: [
          { value: "full", label: "whole bodies" },
          { value: "metadata", label: "sizes and facts" },
          { value: "off", label: "nothing" },
        ],
      },
      {
        name: "retention_days",
        label: "Kept for",
        help: "Days that records and bodies are kept.",
        kind: "days",
      },
      {
        name: "durability",
        label: "Records survive",
        help: "What a record survives before its answer ends.",
        kind: "choice",
        options: [
          { value: "process", label: "a killed process" },
          { value: "disk", label: "a power cut", note: "each answer waits for the disk" },
        ],
      },
      {
        name: "on_journal_failure",
        label: "When the journal cannot be written",
        help: "What happens to new requests meanwhile, as when the disk is full.",
        kind: "choice",
        options: [
          { value: "refuse", label: "refuse new requests" },
          { value: "continue", label: "serve without a record" },
        ],
      },
    ],
  },
  {
    title: "Configuration file",
    note: "What a reload may do",
    settings: [
      {
        name: "allow_empty",
        label: "Files without anything",
        help: "Whether a file without providers, routes and keys may replace one that has some. Only the file itself can say so.",
        kind: "flag",
        fileOnly: true,
      },
    ],
  },
];
