// kysely: builds SQL from TypeScript, for three dialects
import { DummyDriver, Kysely, MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type Generated } from "kysely";
import { step } from "../lib/step.cjs";

interface Database { person: { id: Generated<number>; name: string; age: number | null }; pet: { id: Generated<number>; owner: number; name: string } }
const dialects = [[PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler], [MysqlAdapter, MysqlIntrospector, MysqlQueryCompiler], [SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler]] as const;
const dbs = dialects.map(([Adapter, Introspector, Compiler]) => new Kysely<Database>({ dialect: { createAdapter: () => new Adapter(), createDriver: () => new DummyDriver(), createIntrospector: (db) => new Introspector(db), createQueryCompiler: () => new Compiler() } }));

step("select", () => dbs.map((db) => { const { sql: text, parameters } = db.selectFrom("person").innerJoin("pet", "pet.owner", "person.id").select(["person.name as owner", "pet.name"]).where("age", ">", 3).where((eb) => eb.or([eb("person.name", "like", "a%"), eb("age", "is", null)])).orderBy("age", "desc").limit(5).compile(); return [text, parameters]; }));
step("insert", () => dbs[0].insertInto("person").values({ name: "Ada", age: sql<number>`1 + ${2}` }).onConflict((oc) => oc.column("id").doNothing()).returning("id").compile().sql);
step("schema", () => dbs[2].schema.createTable("t").addColumn("id", "integer", (column) => column.primaryKey().autoIncrement()).compile().sql);
step("execute", () => dbs[1].deleteFrom("pet").where("id", "in", [1, 2]).execute());
