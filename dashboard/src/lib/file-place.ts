type Place = { readonly file: string; readonly line: number };

/** `headgate.yaml:12`: where the configuration file declares something. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return "config file";
  return `${place.file.split("/").at(-1) ?? place.file}:${place.line}`;
}
