import { useRef, useState } from "react";

/**
 * For what opens at a button: `used` is true once the pointer or the focus has come near, which is when the code of popups is
 * loaded. `props` go to the button.
 */
export function useLazyPopup(open: boolean, setOpen: (open: boolean) => void, kind: "menu" | "dialog") {
  const anchor = useRef<HTMLButtonElement>(null);
  const [near, setNear] = useState(false);
  const use = () => setNear(true);
  const props = {
    ref: anchor,
    "aria-haspopup": kind,
    "aria-expanded": open,
    "data-popup-open": open ? "" : undefined,
    onPointerEnter: use,
    onFocus: use,
    onClick: () => setOpen(!open),
  };
  return { anchor, used: near || open, props };
}

/** What a button that opens something takes. */
export type PopupButtonProps = Partial<ReturnType<typeof useLazyPopup>["props"]>;
