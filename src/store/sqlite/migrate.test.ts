import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import packageJson from "../../../package.json" with { type: "json" };
import { migrate } from "./migrate";

const migrations = ["CREATE TABLE a (x TEXT)", "CREATE TABLE b (x TEXT)"];

describe("migrate()", () => {
  test("applies what is missing, once, and notes which version did", () => {
    using database = new Database(":memory:", { strict: true });
    migrate(database, migrations.slice(0, 1));
    migrate(database, migrations);
    migrate(database, migrations);
    expect(database.query("SELECT * FROM schema_writers").all()).toEqual([
      { schema_version: 1, headgate: packageJson.version },
      { schema_version: 2, headgate: packageJson.version },
    ]);
    expect(database.query("SELECT * FROM b").all()).toEqual([]);
  });

  test("leaves nothing of a migration that fails", () => {
    using database = new Database(":memory:", { strict: true });
    expect(() => migrate(database, [...migrations, "CREATE TABLE a (x TEXT)"])).toThrow();
    expect(database.query("SELECT name FROM sqlite_schema").all()).toEqual([]);
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: 0 });
  });

  test("refuses a database of a newer version, names that and says what to do", () => {
    using database = new Database(":memory:", { strict: true });
    migrate(database, migrations);
    database.run("UPDATE schema_writers SET headgate = '7.1.0'");
    const advice = "start the newer one, or restore a backup of the data directory from before the upgrade";
    const own = `this is Headgate ${packageJson.version} and knows up to 1`;
    expect(() => migrate(database, migrations.slice(0, 1))).toThrow(
      `Cannot use :memory:: Headgate 7.1.0 made its schema version 2, ${own}; ${advice}`,
    );
    database.run("DROP TABLE schema_writers");
    expect(() => migrate(database, migrations.slice(0, 1))).toThrow(
      `Cannot use :memory:: a newer Headgate made its schema version 2, ${own}; ${advice}`,
    );
    expect(database.query("PRAGMA user_version").get()).toEqual({ user_version: 2 });
  });
});
