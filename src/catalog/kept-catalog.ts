import type { Catalog } from "./catalog";
import { type CatalogFiles, catalogFiles } from "./catalog-files";
import { createLiveCatalog, type LiveCatalog } from "./live-catalog";

/** The catalog of an instance, and the files of those that can take the place of the shipped one. */
export type KeptCatalog = { readonly live: LiveCatalog; readonly files: CatalogFiles };

export function keptCatalog(dataDir: string, shipped?: Catalog): KeptCatalog {
  const files = catalogFiles(dataDir);
  return { files, live: createLiveCatalog(files.read, shipped) };
}
