import { classNames } from "#lib/class-names";

/** The first letters of a provider's name in place of a logo. */
export function ProviderMark({ name, className }: { readonly name: string; readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={classNames(
        "inline-flex size-6 shrink-0 items-center justify-center rounded-md border border-line bg-subtle text-xs font-semibold text-muted uppercase",
        className,
      )}
    >
      {initialsOf(name)}
    </span>
  );
}

function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const [first = "", second] = words;
  return second === undefined ? [...first].slice(0, 2).join("") : `${[...first][0] ?? ""}${[...second][0] ?? ""}`;
}
