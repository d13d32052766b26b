import { classNames } from "#lib/class-names";

/** Holds the place of what is being read, in its size, so that nothing jumps when it comes. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <span aria-hidden="true" className={classNames("skeleton block h-4", className)} />;
}

const widths = ["w-3/5", "w-4/5", "w-2/5", "w-full", "w-1/2"];

/** Lines of text that are being read. */
export function SkeletonLines({ count = 3 }: { readonly count?: number }) {
  return (
    <span role="status" aria-label="Loading" className="flex flex-col gap-2">
      {Array.from({ length: count }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines that stand for nothing have no other name
        <Skeleton key={line} className={widths[line % widths.length] ?? ""} />
      ))}
    </span>
  );
}
