import type { EmbeddingRequest, Embeddings } from "#core/embedding";
import { isArray, type Json } from "#lib/json";
import { InvalidAnswer } from "./operation";

/** A vector that came as numbers, or as little-endian floats of 32 bits in base64. Throws InvalidAnswer. */
export function floatsOf(vector: Json | undefined): readonly number[] {
  if (typeof vector === "string") {
    const bytes = Buffer.from(vector, "base64");
    return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
  }
  if (!isArray(vector)) throw new InvalidAnswer("an embedding must be a list of numbers");
  return vector.map(Number);
}

/** Its numbers as such floats. */
export function packFloats(vector: readonly number[]): string {
  return Buffer.from(Float32Array.from(vector).buffer).toString("base64");
}

/** An answer with a vector of each input, in their order. Throws InvalidAnswer where there are fewer or more. */
export function oneForEach({ inputs }: EmbeddingRequest, answer: Embeddings): Embeddings {
  const found = answer.vectors.length;
  if (found === inputs.length) return answer;
  throw new InvalidAnswer(`it must hold ${inputs.length} embeddings, one of each input, found ${found}`);
}
