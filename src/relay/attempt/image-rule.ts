import type { ImageRule } from "#governance/image-tokens";
import type { Traits } from "#traits/vocabulary";

/** How a target counts images, by what is known of it. */
export function imageRuleOf(traits: Traits): ImageRule {
  return {
    most: traits.image_tokens,
    patch: traits.image_patch,
    patchTokens: traits.image_patch_tokens,
    base: traits.image_base,
    fit: traits.image_fit,
  };
}
