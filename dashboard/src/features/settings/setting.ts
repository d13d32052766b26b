import type { Option } from "#components/select";

export type Setting = {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** `origins`: a line each, of an object that holds them as `origins`. */
  readonly kind:
    | "choice"
    | "flag"
    | "bytes"
    | "ms"
    | "days"
    | "count"
    | "money"
    | "lines"
    | "origins"
    | "json"
    | "text"
    | "secret";
  readonly options?: readonly Option<string>[];
  /** Of values that mean something else than an amount. */
  readonly words?: { readonly [value: string]: string };
  readonly placeholder?: string;
};

export type SettingGroup = { readonly title: string; readonly note: string; readonly settings: readonly Setting[] };
