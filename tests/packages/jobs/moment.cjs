// moment: formatting, parsing, locales, durations
const moment = require("moment");
require("moment/locale/fr");
const { step } = require("../lib/step.cjs");

const at = moment.utc("2024-02-29T13:05:09Z").locale("en");
step("format", () => [at.format("dddd, MMMM Do YYYY, h:mm:ss a"), at.format(), at.clone().add(1, "y").format("L")]);
step("relative", () => [at.from(moment.utc("2024-03-04").locale("en")), moment.duration(125, "minutes").locale("en").humanize(), at.isoWeek()]);
step("locale", () => at.clone().locale("fr").format("LLLL"));
step("parse", () => [moment("31/02/2024", "DD/MM/YYYY", true).isValid(), moment.utc("7:30", "H:mm").minutes()]);
