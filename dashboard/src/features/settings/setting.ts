import type { Option } from "#components/select";

export type Setting = {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  /** `origins`: a line each, of an object that holds them as `origins`; `amounts`: a line each, `text: 1024`. */
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
    | "amounts"
    | "text"
    | "secret";
  readonly options?: readonly Option<string>[];
  /** Of values that mean something else than an amount. */
  readonly words?: { readonly [value: string]: string };
  readonly placeholder?: string;
  /** Of the configuration file alone: the API does not take it. */
  readonly fileOnly?: true;
};

export type SettingGroup = { readonly title: string; readonly note: string; readonly settings: readonly Setting[] };
