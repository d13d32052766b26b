import type { SettingGroup } from "./setting";

/** How requests are carried, and how many at a time. */
export const settingsOfTraffic: readonly SettingGroup[] = [
  {
    title: "Routing and translation",
    note: "What is tried, and what is carried over",
    settings: [
      {
        name: "max_attempts",
        label: "Attempts",
        help: "Of one request, all targets together.",
        kind: "count",
      },
      {
        name: "attempt_deadline_ms",
        label: "Time for attempts, ms",
        help: "From the first attempt to the start of the last one's answer.",
        kind: "ms",
      },
      {
        name: "on_unsupported",
        label: "Fields that cannot be translated",
        help: "What happens to fields of a request that the target's wire format does not have.",
        kind: "choice",
        options: [
          { value: "drop", label: "leave them out" },
          { value: "refuse", label: "refuse the request" },
        ],
      },
      {
        name: "on_cut",
        label: "When a provider breaks off a stream",
        help: "How the stream ends for the caller. There is one way so far.",
        kind: "choice",
        options: [{ value: "error", label: "with an error" }],
      },
      {
        name: "stream_headers_after_ms",
        label: "Headers of a stream after, ms",
        help: "Though its first token has not come: 0 at once, -1 never. The caller gets keep-alives until it comes.",
        kind: "ms",
        words: { "0": "at once", "-1": "with the first token" },
      },
      {
        name: "keepalive_ms",
        label: "Keep-alives of a stream, ms",
        help: "How long a caller hears nothing of its stream before it gets one; 0 never.",
        kind: "ms",
        words: { "0": "never" },
      },
    ],
  },
  {
    title: "Media",
    note: "What callers name by an address, for providers that take bytes alone",
    settings: [
      {
        name: "materialise",
        label: "Fetching of media",
        help: "enabled, max_bytes, max_total_bytes, timeout_ms, allow_http, allow_private_network. Off: named as dropped.",
        kind: "json",
      },
    ],
  },
  {
    title: "Load",
    note: "When requests wait, and when they are refused",
    settings: [
      {
        name: "max_running_requests",
        label: "Running requests",
        help: "Of one worker.",
        kind: "count",
      },
      {
        name: "max_queued_requests",
        label: "Waiting requests",
        help: "Of one worker, for a place; more are refused at once.",
        kind: "count",
      },
      {
        name: "queue_ms",
        label: "Longest wait, ms",
        help: "How long a request waits for a place before it is refused.",
        kind: "ms",
      },
      {
        name: "max_running_per_address",
        label: "Running requests of one address",
        help: "Of one worker. Empty: as many as come.",
        kind: "count",
      },
      {
        name: "max_body_bytes",
        label: "Largest request, bytes",
        help: "Of one body, after decompression.",
        kind: "bytes",
      },
      {
        name: "max_buffered_bytes",
        label: "Memory for bodies, bytes",
        help: "Of all running requests together.",
        kind: "bytes",
      },
    ],
  },
];
