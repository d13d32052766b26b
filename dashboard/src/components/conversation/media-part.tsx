import { formatBytes } from "#lib/format-number";

type Props = { readonly what: string; readonly source: string };

/** Kinds that browsers draw without running anything. */
const drawable = /^data:image\/(png|jpeg|gif|webp);base64,/;

/** What came with the request is shown; what only has an address is named and never loaded. */
export function MediaPart({ what, source }: Props) {
  if (drawable.test(source)) {
    return (
      <img
        src={source}
        alt={`${what} of the conversation`}
        className="max-h-72 max-w-full rounded-md border border-line"
      />
    );
  }
  const isInline = source.startsWith("data:");
  return (
    <div className="rounded-md border border-line bg-subtle px-2 py-1 text-sm [overflow-wrap:anywhere] text-muted">
      <span className="font-medium">{what}</span>{" "}
      {isInline ? (
        <>
          {source.slice(5, source.indexOf(";"))}, {formatBytes((source.length * 3) / 4)}
        </>
      ) : (
        <>
          <span className="font-mono text-xs">{source.slice(0, 500)}</span> (not loaded)
        </>
      )}
    </div>
  );
}
