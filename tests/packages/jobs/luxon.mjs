// luxon: zones, locales, durations, intervals
import { DateTime, Duration, Interval, Settings } from "luxon";
import { step } from "../lib/step.cjs";

const at = DateTime.fromISO("2024-03-31T00:30:00", { zone: "Europe/Berlin" });
step("zones", () => [at.plus({ hours: 2 }).toISO(), at.setZone("America/Sao_Paulo").toISO(), at.offset, at.isInDST]);
step("format", () => [at.setLocale("fr").toLocaleString(DateTime.DATETIME_FULL), at.toFormat("cccc d LLLL yyyy 'week' W"), at.toHTTP()]);
step("durations", () => [Duration.fromObject({ hours: 30, minutes: 90 }).normalize().toHuman(), Duration.fromISO("P1Y2M3DT4H").shiftTo("days").toObject()]);
step("intervals", () => Interval.after(at, { days: 3 }).splitBy({ days: 1 }).map(String));
step("relative", () => at.toRelative({ base: at.plus({ weeks: 2 }) }));
step("invalid", () => { Settings.throwOnInvalid = false; return [DateTime.fromISO("2024-99").invalidReason, DateTime.fromFormat("x", "yyyy").isValid]; });
