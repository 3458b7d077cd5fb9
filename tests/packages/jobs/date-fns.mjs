// date-fns: formatting with locales, arithmetic, intervals
import { add, differenceInBusinessDays, eachWeekOfInterval, format, formatDistance, formatDuration, intervalToDuration, isValid, parse, parseISO } from "date-fns";
import { de, ja, nb } from "date-fns/locale";
import { step, thrown } from "../lib/step.cjs";

const day = new Date(2024, 1, 29, 13, 5, 9);
step("format", () => format(day, "EEEE, do MMMM yyyy 'at' HH:mm:ss (QQQ, 'week' I)"));
step("locales", () => [de, ja, nb].map((locale) => format(day, "PPPP p", { locale })));
step("arithmetic", () => format(add(day, { years: 1, months: 1, days: 3, hours: 20 }), "yyyy-MM-dd HH:mm"));
step("distance", () => [formatDistance(day, add(day, { days: 40 }), { addSuffix: true }), formatDistance(day, add(day, { minutes: 7 }), { locale: de })]);
step("intervals", () => {
  const end = add(day, { days: 30 });
  console.log(formatDuration(intervalToDuration({ start: day, end })));
  console.log(differenceInBusinessDays(end, day));
  return eachWeekOfInterval({ start: day, end }).map((week) => format(week, "MM/dd"));
});
step("parse", () => [format(parse("03/04/2021", "dd/MM/yyyy", day), "PP"), isValid(parse("99/04/2021", "dd/MM/yyyy", day)), format(parseISO("2020-02-03T04:05:06"), "Pp")]);
step("errors", () => thrown(() => format(new Date(NaN), "yyyy")));
