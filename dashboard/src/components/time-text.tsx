import { formatRelative, type TimeStyle } from "#lib/format-time";
import { useNow } from "#lib/now";
import { useFormatTime } from "#lib/preferences";

type Props = { readonly value: string | number | null | undefined; readonly style?: TimeStyle };

/** A moment in the zone that the user chose; the whole of it when the pointer rests on it. */
export function TimeText({ value, style = "time" }: Props) {
  const format = useFormatTime();
  return (
    <time dateTime={isoOf(value)} title={format(value, "full")} className="whitespace-nowrap">
      {format(value, style)}
    </time>
  );
}

/** `3 min. ago`, which goes on by itself. */
export function RelativeTime({ value }: { readonly value: string | number | null | undefined }) {
  const format = useFormatTime();
  const now = useNow(10_000);
  return (
    <time dateTime={isoOf(value)} title={format(value, "full")} className="whitespace-nowrap">
      {formatRelative(value, now)}
    </time>
  );
}

function isoOf(value: string | number | null | undefined): string | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
