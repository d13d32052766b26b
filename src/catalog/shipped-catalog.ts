import data from "./data/models.txt" with { type: "text" };

/** The catalog that is part of the program, see `docs/internals/prices.md`. */
export const shippedCatalog: string = data;
