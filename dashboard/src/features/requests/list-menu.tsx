import { addressOf } from "#api/call";
import { IconButton } from "#components/button";
import { Menu } from "#components/menu";
import { copyText } from "#lib/copy-text";
import { fixedRange } from "#lib/range";
import { useToast } from "#lib/toasts";
import { listQuery, rangeQuery, requestQuery } from "./request-query";
import type { RequestsState } from "./use-requests-state";

/** What can be done with the whole list: take it away as a file, or pass it on as a link. */
export function ListMenu({ state }: { readonly state: RequestsState }) {
  const toast = useToast();
  const { filters, range, utc, order } = state;
  const save = (format: "csv" | "jsonl") => {
    // Files are written by time.
    const byTime = order === "oldest" ? "oldest" : "newest";
    const query = {
      ...requestQuery(filters),
      ...listQuery(filters),
      ...rangeQuery(range.text, utc),
      order: byTime,
      format,
    };
    const link = document.createElement("a");
    link.href = addressOf("/api/logs/export", undefined, query);
    link.download = `headgate-logs.${format}`;
    link.click();
  };
  const copy = async (address: string) => {
    const copied = await copyText(address);
    toast({
      text: copied ? "The link is copied." : "This browser lets no page copy: take the link from its address bar.",
    });
  };
  const toThisMoment = () => {
    const address = new URL(location.href);
    address.searchParams.set("range", fixedRange(range.fromMs, range.toMs));
    return address.href;
  };
  return (
    <Menu
      label="List"
      trigger={<IconButton icon="download" label="Export and link" />}
      entries={[
        { label: "Export as CSV", icon: "download", onSelect: () => save("csv") },
        { label: "Export as JSON lines", icon: "download", onSelect: () => save("jsonl") },
        "line",
        { label: "Copy link", icon: "copy", onSelect: () => void copy(location.href) },
        { label: "Copy link to these moments", icon: "copy", onSelect: () => void copy(toThisMoment()) },
      ]}
    />
  );
}
