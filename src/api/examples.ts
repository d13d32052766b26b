import bodies from "./examples.json" with { type: "json" };

/** Bodies that `/api/docs` shows, by method and path. A test holds them to what the routes take. */
export const exampleBodies: { readonly [route: string]: object } = bodies;
