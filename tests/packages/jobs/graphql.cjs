// graphql: required
const { graphqlSync, buildSchema } = require("graphql");
const { step } = require("../lib/step.cjs");

step("query", () => JSON.stringify(graphqlSync({ schema: buildSchema("type Query { a: Int }"), source: "{ a }", rootValue: { a: 7 } })));
