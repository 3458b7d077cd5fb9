// graphql: a schema, queries, validation and execution errors, introspection
import { buildSchema, getIntrospectionQuery, graphql, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, print, printSchema, validate } from "graphql";
import { step, thrown } from "../lib/step.cjs";

const schema = buildSchema(`
  "who writes" type Author { id: ID! name: String! books(first: Int = 10): [Book!]! }
  type Book { title: String! author: Author! price: Float broken: String! }
  enum Order { ASC DESC }
  input Filter { title: String }
  type Query { authors(order: Order = ASC): [Author!]! book(filter: Filter!): Book }
`);
const books = [{ title: "One", by: "1", price: 9.5 }, { title: "Two", by: "2", price: 1 }];
const author = (id) => ({ id, name: `A${id}`, books: async ({ first }) => books.filter((b) => b.by === id).slice(0, first).map(book) });
const book = (row) => ({ ...row, author: () => author(row.by), broken() { throw new Error("is broken"); } });
const rootValue = { authors: ({ order }) => (order === "ASC" ? ["1", "2"] : ["2", "1"]).map(author), book: ({ filter }) => book(books.find((b) => b.title === filter.title)) };
const ask = async (source, variableValues) => JSON.stringify(await graphql({ schema, source, rootValue, variableValues }), null, 1);

step("query", () => ask(`query ($o: Order) { authors(order: $o) { ...A books(first: 1) { title author { name } } } } fragment A on Author { id n: name }`, { o: "DESC" }));
step("errors", async () => {
  console.log(await ask(`{ book(filter: { title: "One" }) { title broken } }`));
  return ask(`{ authors { nope } }`);
});
step("syntax error", () => thrown(() => parse("{ a( }")));
step("validation", () => validate(schema, parse(`query ($x: Int) { book { title } authors(order: UP) { id } }`)).map((e) => e.message));
step("print", () => print(parse("query Q($a:Int=1){f(x:$a,y:[1,{z:\"\"\"b\"\"\"}])@skip(if:true){g}}")));
step("schema", () => printSchema(schema));
step("code first", async () => {
  const own = new GraphQLSchema({ query: new GraphQLObjectType({ name: "Query", fields: { hi: { type: GraphQLString, resolve: async () => "there" } } }) });
  return [(await graphql({ schema: own, source: "{ hi }" })).data, (await graphql({ schema: own, source: getIntrospectionQuery() })).data.__schema.types.length];
});
