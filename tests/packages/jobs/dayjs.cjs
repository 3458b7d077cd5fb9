// dayjs: formatting, plugins, time zones, locales
const dayjs = require("dayjs");
for (const name of ["utc", "timezone", "relativeTime", "duration", "advancedFormat", "customParseFormat"]) dayjs.extend(require(`dayjs/plugin/${name}`));
const { step } = require("../lib/step.cjs");

const day = dayjs.utc("2024-02-29T13:05:09Z");
step("format", () => [day.format("dddd, MMMM D YYYY, h:mm:ss a Z [x] Q Do"), day.add(1, "year").endOf("month").toISOString()]);
step("time zones", () => ["America/New_York", "Asia/Tokyo"].map((zone) => day.tz(zone).format()));
step("relative", () => [day.from(day.add(3, "day")), dayjs.duration(7384000).format("H:mm:ss")]);
step("locale", () => { require("dayjs/locale/de"); return day.locale("de").format("dddd, D. MMMM"); });
step("parse", () => [dayjs("05/02/69", "MM/DD/YY").isValid(), dayjs.utc("1.2.2020", "D.M.YYYY").format()]);
