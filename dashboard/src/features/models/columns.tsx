import type { Model } from "#api/schema.gen";
import { Badge } from "#components/badge";
import { SourceMark } from "#components/source-mark";
import type { Column } from "#components/table-column";
import { placeText } from "#lib/file-place";
import { formatMoney } from "#lib/format-money";
import { formatCompact, noFigure } from "#lib/format-number";
import { capabilities } from "./model-filters";

export const columns: readonly Column<Model>[] = [
  {
    id: "model",
    header: "Model",
    width: 240,
    grow: true,
    always: true,
    cell: ({ id, own, configured, read_only, declared_at }) => (
      <span className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 truncate font-medium">{id}</span>
        {own !== undefined && (
          <span className="shrink-0">
            <Badge tone="accent">mine</Badge>
          </span>
        )}
        {configured === false && (
          <span className="shrink-0 text-sm text-faint" title="Its provider is not switched on">
            off
          </span>
        )}
        {own !== undefined && read_only === true && <SourceMark source={placeText(declared_at)} />}
      </span>
    ),
  },
  { id: "can", header: "Can do", width: 240, grow: true, cell: (model) => capabilityWords(model) },
  { id: "context", header: "Context", width: 84, align: "right", cell: ({ context }) => formatCompact(context) },
  {
    id: "output",
    header: "Output",
    width: 84,
    align: "right",
    cell: ({ max_output }) => formatCompact(max_output),
  },
  { id: "input_price", header: "In / 1M", width: 92, align: "right", cell: ({ price }) => formatMoney(price?.input) },
  {
    id: "output_price",
    header: "Out / 1M",
    width: 92,
    align: "right",
    cell: ({ price }) => formatMoney(price?.output),
  },
  {
    id: "released",
    header: "Released",
    width: 104,
    align: "right",
    cell: ({ released_on }) => released_on ?? noFigure,
  },
];

export function capabilityWords({ capabilities: known, targets, mode }: Model): string {
  if (targets !== undefined) return `Route to ${targets.join(", ")}`;
  const words = capabilities.flatMap(([name, label]) => (known?.includes(name) === true ? [label] : []));
  if (words.length > 0) return words.join(", ");
  return mode === undefined || mode === "chat" ? noFigure : mode;
}
