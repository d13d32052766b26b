import { IconButton } from "#components/button";
import type { Picture } from "./conversation";

type Props = {
  readonly pictures: readonly Picture[];
  readonly onRemove?: (picture: Picture) => void;
};

/** Images that go with a turn. */
export function PictureStrip({ pictures, onRemove }: Props) {
  if (pictures.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-2">
      {pictures.map((picture) => (
        <li key={picture.url} className="relative">
          <img
            src={picture.url}
            alt={picture.name}
            title={picture.name}
            className="h-20 max-w-48 rounded-md border border-line object-contain"
          />
          {onRemove !== undefined && (
            <IconButton
              icon="close"
              label={`Remove ${picture.name}`}
              onClick={() => onRemove(picture)}
              className="absolute top-0.5 right-0.5 bg-raised"
            />
          )}
        </li>
      ))}
    </ul>
  );
}

const imageTypes = /^image\/(?:png|jpeg|gif|webp)$/;

/** The images among some files, as addresses that hold them. */
export function readPictures(files: Iterable<File>): Promise<readonly Picture[]> {
  return Promise.all([...files].filter(({ type }) => imageTypes.test(type)).map(readPicture));
}

function readPicture(file: File): Promise<Picture> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve({ name: file.name, url: String(reader.result) });
    reader.onerror = () => reject(new Error(`Cannot read ${file.name}`));
    reader.readAsDataURL(file);
  });
}
