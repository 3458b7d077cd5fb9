// fast-xml-parser: parses, builds, validates
const { XMLBuilder, XMLParser, XMLValidator } = require("fast-xml-parser");
const { step } = require("../lib/step.cjs");

const xml = `<?xml version="1.0"?><a x="1"><b>1.50</b><b><![CDATA[<raw>]]></b><!-- c --><d:e xmlns:d="u">&lt;&#65;</d:e></a>`;
step("parse", () => JSON.stringify(new XMLParser({ ignoreAttributes: false, cdataPropName: "cdata", removeNSPrefix: true }).parse(xml)));
step("order", () => JSON.stringify(new XMLParser({ preserveOrder: true }).parse(xml)));
step("build", () => new XMLBuilder({ format: true, ignoreAttributes: false }).build({ a: { "@_x": 1, b: ["<1>", 2] } }));
step("validate", () => [XMLValidator.validate(xml), XMLValidator.validate("<a><b></a>")]);
