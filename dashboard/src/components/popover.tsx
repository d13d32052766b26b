import { cloneElement, type ReactElement, type ReactNode, Suspense } from "react";
import { lazyPart } from "#lib/lazy-part";
import { type PopupButtonProps, useLazyPopup } from "./use-lazy-popup";

const PopoverPopup = lazyPart(async () => (await import("./popover-popup")).PopoverPopup);

type Props = {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly label: string;
  /** A button that opens it. */
  readonly trigger: ReactElement<PopupButtonProps>;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
};

/** Something small that opens at a button and stays until it is closed. */
export function Popover({ open, onOpenChange, label, trigger, align = "start", children }: Props) {
  const { anchor, used, props } = useLazyPopup(open, onOpenChange, "dialog");
  return (
    <>
      {cloneElement(trigger, props)}
      {used && (
        <Suspense fallback={null}>
          <PopoverPopup {...{ open, onOpenChange, label, align, anchor }}>{children}</PopoverPopup>
        </Suspense>
      )}
    </>
  );
}
