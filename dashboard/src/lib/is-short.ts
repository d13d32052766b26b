const mostPages = 3;

/** Whether a list was read in few enough pages to read all of them anew every few seconds. */
export function isShort(list: { readonly pages: readonly unknown[] } | undefined): boolean {
  return (list?.pages.length ?? 0) <= mostPages;
}
