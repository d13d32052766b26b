import type { ReactNode } from "react";
import { placeText } from "#lib/file-place";
import { SourceMark } from "./source-mark";

type Props = {
  readonly name: string;
  /** Where the file declares it; undefined for what can be changed here. */
  readonly declared?: Parameters<typeof placeText>[0] | "file" | undefined;
  /** Before the name: a logo. */
  readonly before?: ReactNode;
  /** After it. */
  readonly children?: ReactNode;
};

/** A name in a list: whole as long as it fits, with the place of its declaration in what is left. */
export function NameCell({ name, declared, before, children }: Props) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {before}
      <span title={name} className="min-w-0 max-w-[calc(100%-24px)] shrink-0 truncate font-medium">
        <bdi>{name}</bdi>
      </span>
      {children}
      {declared !== undefined && <SourceMark source={placeText(declared === "file" ? undefined : declared)} />}
    </span>
  );
}
