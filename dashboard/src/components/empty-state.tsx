import type { ReactNode } from "react";

type Props = {
  readonly title: string;
  /** Why there is nothing, and the next step. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** A `CodeBlock` that makes the first one. */
  readonly snippet?: ReactNode;
};

/** What stands in place of a list that has nothing in it. */
export function EmptyState({ title, children, action, snippet }: Props) {
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-3 px-4 py-12">
      <h2 className="text-md font-semibold">{title}</h2>
      {children !== undefined && <div className="max-w-prose text-muted">{children}</div>}
      {action !== undefined && <div className="flex flex-wrap gap-2">{action}</div>}
      {snippet}
    </div>
  );
}
