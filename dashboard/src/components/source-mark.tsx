import { Icon } from "./icon";

/**
 * Where something is declared that cannot be changed here: `headgate.yaml:12`, its folder when the pointer rests on it.
 * Beside a name it gives way to it, down to the lock.
 */
export function SourceMark({ source }: { readonly source: string }) {
  return (
    <span
      title={`Declared in ${source}. Change it there and reload; it is read-only here.`}
      className="inline-flex min-w-4 shrink-[99] items-center gap-1 text-sm text-faint"
    >
      <Icon name="lock" className="size-3.5 shrink-0" />
      <span className="truncate font-mono text-xs">{source.slice(source.lastIndexOf("/") + 1)}</span>
      <span className="sr-only">, read-only</span>
    </span>
  );
}
