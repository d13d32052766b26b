import type { ReactNode } from "react";
import type { TimeZone } from "#lib/format-time";
import { usePreferences } from "#lib/preferences";
import { TextField } from "./text-field";

type Props = {
  readonly label: string;
  readonly name?: string;
  readonly help?: ReactNode;
  readonly optional?: boolean;
  readonly required?: boolean;
  /** RFC 3339, or empty. */
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** A date and time in the zone that the user chose. */
export function MomentField({ value, onChange, help, ...rest }: Props) {
  const { zone } = usePreferences();
  return (
    <TextField
      {...rest}
      help={help ?? (zone === "utc" ? "In UTC." : "In your local time.")}
      type="datetime-local"
      value={toField(value, zone)}
      onChange={(text) => onChange(fromField(text, zone))}
    />
  );
}

function toField(value: string, zone: TimeZone): string {
  const date = new Date(value);
  if (value === "" || Number.isNaN(date.getTime())) return "";
  const offsetMs = zone === "utc" ? 0 : date.getTimezoneOffset() * 60_000;
  return new Date(date.getTime() - offsetMs).toISOString().slice(0, 16);
}

function fromField(text: string, zone: TimeZone): string {
  const date = new Date(zone === "utc" ? `${text}Z` : text);
  return text === "" || Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
