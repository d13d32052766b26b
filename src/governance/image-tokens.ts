import type { ImageSize } from "#lib/image-size";

/** What a target makes of images, as far as that is known. */
export type ImageRule = {
  /** The most tokens of one. */
  readonly most: number | undefined;
  /** The side of the squares that are counted, in pixels. */
  readonly patch: number | undefined;
  /** What each of them counts; absent: one token. */
  readonly patchTokens?: number | undefined;
  /** What each image counts beside. */
  readonly base?: number | undefined;
  /** What is done with it before it is cut into squares; absent: `as-it-is`. */
  readonly fit?: ImageFit | undefined;
};

/**
 * `short-768`: shrunk into a square of 2,048 pixels, then until its shorter side has 768
 * (https://platform.openai.com/docs/guides/images-vision#calculating-costs; that smaller ones stay as they are:
 * https://learn.microsoft.com/azure/ai-services/openai/overview#image-tokens-gpt-4-turbo-with-vision-gpt-4o).
 * `crop`: one square up to 384 pixels, else squares of two thirds of its shorter side
 * (https://ai.google.dev/gemini-api/docs/image-understanding#calculate-tokens).
 */
export type ImageFit = "as-it-is" | "short-768" | "crop";

/** More than any provider makes of an image of unknown size: 48,169 tokens for the largest at OpenAI's mini models. */
const maxImageTokens = 65_536;

/** The most tokens of one image. `size`: undefined where it is not to be seen. */
export function imageTokens(size: ImageSize | undefined, rule: ImageRule | undefined): number {
  const { most, patch, base = 0, patchTokens = 1 } = rule ?? {};
  if (size === undefined || patch === undefined) return most ?? maxImageTokens;
  const tokens = base + Math.ceil(squares(size, patch, rule?.fit) * patchTokens);
  return most === undefined ? tokens : Math.min(most, tokens);
}

function squares({ width, height }: ImageSize, patch: number, fit: ImageFit | undefined): number {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  switch (fit) {
    case undefined:
    case "as-it-is":
      return covered(long, patch) * covered(short, patch);
    case "short-768": {
      const fitting = Math.min(1, 2048 / long);
      const shrunk = Math.min(fitting, 768 / short);
      return covered(long * shrunk, patch) * covered(short * shrunk, patch);
    }
    case "crop": {
      if (long <= 384) return 1;
      const side = Math.max(1, Math.min(patch, Math.floor(short / 1.5)));
      return covered(long, side) * covered(short, side);
    }
  }
}

function covered(length: number, side: number): number {
  return Math.ceil(length / side);
}
