import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { drawRooms } from "../../docs/draw-rooms.ts";
import { drawAll } from "../../docs/pictures.ts";
import { readRooms } from "../../docs/rooms.ts";

const root = join(__dirname, "../..");

test.each([...drawAll(root)])("%s is what `npm run picture` draws", (name, picture) => {
  expect(readFileSync(join(root, name), "utf8")).toBe(picture);
});

describe("readRooms()", () => {
  const rooms = readRooms(root);
  const named = (name: string) => rooms.find((room) => room.name === name);

  it("finds imports of one line and of many", () => {
    expect(named("uplink")?.imports).toEqual(["doctor", "mape", "providers", "router", "vyos"]);
    expect(named("vyos")?.imports).toEqual([]);
  });

  it("puts each room below all that import it", () => {
    for (const { imports, row } of rooms) {
      for (const name of imports) expect(named(name)?.row).toBeGreaterThan(row);
    }
  });
});

test("drawRooms() draws one box a room, and no arrow for what another room implies", () => {
  const room = (name: string, row: number, imports: string[]) => ({ name, row, says: "", imports });
  const picture = drawRooms([room("a", 0, ["b", "c"]), room("b", 1, ["c"]), room("c", 2, [])]);
  expect(picture.match(/rx="6"/g)).toHaveLength(3);
  expect(picture.match(/marker-end/g)).toHaveLength(2); // a to c goes by b
});
