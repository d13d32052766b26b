import { classNames } from "#lib/class-names";

/** Strokes on a grid of 16, drawn for this page. */
const shapes = {
  overview: "M2.5 13.5h11M4 11V7.5M8 11V3.5M12 11V6",
  requests: "M2.5 4h11M2.5 8h11M2.5 12h7",
  playground: "M3 3.5h10v7H8l-3 2.5v-2.5H3z",
  providers: "M3 5.5 8 3l5 2.5L8 8zM3 8l5 2.5L13 8M3 10.5 8 13l5-2.5",
  models: "M8 2.5 13 5v6l-5 2.5L3 11V5zM3 5l5 2.5L13 5M8 7.5v6",
  routes: "M3 4h3.5c3 0 2.5 8 5.5 8h1.5M3 12h3.5c.8 0 1.3-.5 1.7-1.2M12 4h1.5M9.3 5.2C9.8 4.5 10.4 4 12 4",
  dialects: "M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13",
  keys: "M9.5 2.5a4 4 0 1 1-2.6 7L3 13.5H2.5v-2l4-4A4 4 0 0 1 9.5 2.5zM10.5 5.5h.01",
  teams:
    "M6 7.5a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM2 13c0-2.2 1.8-3.7 4-3.7s4 1.5 4 3.7M10.5 3.4a2.1 2.1 0 0 1 0 4M11.6 9.6c1.5.5 2.4 1.7 2.4 3.4",
  customers: "M3 13.5v-9L8 2.5l5 2v9M2 13.5h12M6 6.5h1M9 6.5h1M6 9h1M9 9h1M7 13.5v-2h2v2",
  limits: "M2.5 11a5.5 5.5 0 1 1 11 0M8 11l2.8-3.6M4.5 13.5h7",
  events: "M8 2.5v3M8 10.5v3M2.5 8h3M10.5 8h3M4.2 4.2l1.6 1.6M10.2 10.2l1.6 1.6M11.8 4.2l-1.6 1.6M5.8 10.2l-1.6 1.6",
  audit: "M8 2 13 4v4c0 3-2.1 5-5 6-2.9-1-5-3-5-6V4zM5.8 8l1.6 1.6 2.9-3",
  settings: "M2.5 5h5M11.5 5h2M9.5 3.3v3.4M2.5 11h2M8.5 11h5M6.5 9.3v3.4",
  system: "M2.5 3.5h11v4h-11zM2.5 9h11v3.5h-11zM5 5.5h.01M5 10.8h.01",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2",
  close: "m4 4 8 8M12 4l-8 8",
  check: "m3 8.5 3.2 3L13 4.5",
  copy: "M5.5 5.5h7.5V13H5.5zM3 10.5V3h7.5",
  plus: "M8 3v10M3 8h10",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  down: "m4 6 4 4 4-4",
  up: "m4 10 4-4 4 4",
  right: "m6 4 4 4-4 4",
  left: "m10 4-4 4 4 4",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  columns: "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10",
  warning: "M8 2.5 14 13H2zM8 6.5v3M8 11.3h.01",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.5v3.5M8 5.2h.01",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6L13 6M13 2.8V6H9.8",
  download: "M8 2.5v7.5M5 7.5 8 10.5l3-3M3 13h10",
  external: "M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5",
  lock: "M4 7.5h8v6H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5",
  play: "M5 3.5v9l7.5-4.5z",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  bookmark: "M4.5 2.5h7v11L8 10.8l-3.5 2.7z",
  user: "M8 8a2.6 2.6 0 1 0 0-5.2A2.6 2.6 0 0 0 8 8zM3 13.5c0-2.6 2.2-4 5-4s5 1.4 5 4",
  "sign-out": "M6.5 3H3v10h3.5M7 8h6.5M10.8 5.3 13.5 8l-2.7 2.7",
  edit: "M3 13l.6-2.8L10.8 3l2.2 2.2-7.2 7.2z",
  trash: "M3 4.5h10M6 4.5V3h4v1.5M4.5 4.5l.6 9h5.8l.6-9",
  image: "M2.5 3h11v10h-11zM2.5 11.2 6 7.7l2.7 2.7 1.8-1.8 3 3M10.5 6h.01",
  stop: "M4.5 4.5h7v7h-7z",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
} as const;

export type IconName = keyof typeof shapes;

/** Decoration beside a word: it says nothing by itself. */
export function Icon({ name, className }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={classNames("shrink-0", className)}
    >
      <path d={shapes[name]} />
    </svg>
  );
}
