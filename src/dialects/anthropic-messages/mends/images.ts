import type { MendRule } from "../../mend";
import { containsAny } from "../../mends/marks";
import { eachBlock, turnRule } from "./turns";

/** `image/jpg` is no media type, but many write it. */
export const imageTypes: MendRule = ({ image_types: types }) => {
  if (types === undefined || types.includes("image/jpg")) return undefined;
  return turnRule(containsAny('"image/jpg"'), (turns, notes) => {
    for (const { node, path } of turns) {
      eachBlock(node.get("content"), `${path}.content`, (block, place) => {
        const type = block.get("source")?.get("media_type");
        if (type?.text()?.toLowerCase() !== "image/jpg") return;
        type.replace("image/jpeg");
        notes.respelled(`${place}.source.media_type`);
      });
    }
    return turns;
  });
};
