import { isObject, tryParseJson } from "#lib/json";
import { describeFault } from "#lib/shape";
import { factsShape } from "./facts-shape";

/** More than any table of models needs: the shipped one has a megabyte and some 3,600 lines. */
export const maxCatalogBytes = 32 * 1024 * 1024;
const maxModels = 200_000;

/** The lines of a catalog by `provider/model`, as they stand there. */
export type CatalogLines = ReadonlyMap<string, string>;

/** Why a text is no catalog: the line, and what is wrong in it. */
export class UnreadableCatalog extends Error {
  override readonly name = "UnreadableCatalog";
}

/**
 * Reads a text from somewhere else to its end before anything of it counts. Throws `UnreadableCatalog` for one that is torn,
 * empty or too long, where a line is not `provider <tab> model <tab> facts as JSON`, and where one stands there twice.
 */
export function readCatalog(text: string): CatalogLines {
  if (text.length > maxCatalogBytes) throw new UnreadableCatalog(`it is longer than ${maxCatalogBytes} bytes`);
  if (!text.endsWith("\n")) throw new UnreadableCatalog("its last line has no end: it is empty or torn");
  const models = new Map<string, string>();
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const [name, facts] = readLine(line, index + 1);
    if (models.has(name)) throw new UnreadableCatalog(`line ${index + 1}: "${name}" stands there twice`);
    models.set(name, facts);
    if (models.size > maxModels) throw new UnreadableCatalog(`it has more than ${maxModels} models`);
  }
  return models;
}

function readLine(line: string, number: number): readonly [name: string, facts: string] {
  const [provider = "", model = "", json = "", ...more] = line.split("\t");
  if (more.length > 0 || json === "")
    throw new UnreadableCatalog(`line ${number}: three fields are needed: provider, model and facts as JSON`);
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(provider)) throw new UnreadableCatalog(`line ${number}: no id of a provider`);
  if (!/^[^\p{Cc}]{1,300}$/u.test(model)) throw new UnreadableCatalog(`line ${number}: no name of a model`);
  const facts = tryParseJson(json);
  if (!isObject(facts)) throw new UnreadableCatalog(`line ${number}: its facts are no JSON object`);
  const fault = factsShape.fault(facts);
  if (fault !== undefined)
    throw new UnreadableCatalog(`line ${number}, ${provider}/${model.slice(0, 80)}: ${describeFault(fault)}`);
  return [`${provider}/${model}`, json];
}
