/** How other programs' files refer to a variable of the environment: LiteLLM, shells and Compose, Windows, Bifrost, Node. */
const forms: readonly RegExp[] = [
  /^os\.environ\/(\w+)$/,
  /^\$\{(?:env[:.])?(\w+)(?::?[-?+=][^}]*)?\}$/i,
  /^\$([A-Z_][A-Z0-9_]*)$/,
  /^%([A-Za-z_]\w*)%$/,
  /^(?:process\.)?env\.([A-Z_][A-Z0-9_]*)$/,
  /^\{\{.*?(\w+)\W*\}\}$/,
];

/** The variable that a reference in another program's form names: it is no secret, and nothing here resolves it. */
export function foreignVariable(value: string): string | undefined {
  for (const form of forms) {
    const name = form.exec(value)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}
