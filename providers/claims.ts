/**
 * Which resource of a program owns which configuration path. Two on the same or a nested path would undo each other at
 * every run, so the second is refused. Pure but for the one table of a program's run.
 */

import { InvalidValue } from "../errors.ts";
import type { ConfigPath } from "../vyos/tree.ts";

/** A word of a path; `owner` where a resource's path ends. */
interface Place {
  owner: string | undefined;
  readonly below: Map<string, Place>;
}

export class Claims {
  readonly #root: Place = { owner: undefined, below: new Map() };

  /** Throws InvalidValue naming the other resource. */
  claim(name: string, paths: readonly ConfigPath[]): void {
    for (const path of paths) {
      const taken = this.#ownerOver(path);
      if (taken === undefined) continue;
      const reason = `lies on the path of ${taken}`;
      throw new InvalidValue(name, path.join(" "), reason, "let one resource own the path");
    }
    for (const path of paths) this.#placeOf(path).owner = name;
  }

  /** Who owns the path, a node above it or one below it. */
  #ownerOver(path: ConfigPath): string | undefined {
    let place: Place | undefined = this.#root;
    for (const word of path) {
      place = place?.below.get(word);
      if (place === undefined) return undefined;
      if (place.owner !== undefined) return place.owner;
    }
    return anyOwner(place);
  }

  #placeOf(path: ConfigPath): Place {
    return path.reduce<Place>((place, word) => {
      const below = place.below.get(word) ?? { owner: undefined, below: new Map() };
      place.below.set(word, below);
      return below;
    }, this.#root);
  }
}

function anyOwner(place: Place | undefined): string | undefined {
  if (place === undefined || place.owner !== undefined) return place?.owner;
  for (const below of place.below.values()) {
    const owner = anyOwner(below);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
