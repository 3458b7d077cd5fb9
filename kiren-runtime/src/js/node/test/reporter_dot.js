"use strict";
// The reporter `dot`: a sign for each test, then the failures.

const { inspect } = load("inspect");

function makeDot() {
  const failed = [];
  let count = 0;
  const columns = Math.max(load("process").process.stdout.columns ?? 20, 20);
  return (type, data) => {
    if (type === "test:pass" || type === "test:fail") {
      if (type === "test:fail") failed.push(data);
      const sign = type === "test:pass" ? "." : "X";
      return ++count % columns === 0 ? `${sign}\n` : sign;
    }
    if (type !== "end") return "";
    let text = "\n";
    if (failed.length > 0) text += "\nFailed tests:\n\n";
    for (const { details, name, todo } of failed) {
      if (details.error?.failureType === "subtestsFailed" && details.type !== "suite") continue;
      const sign = todo === undefined ? "\u2716" : "\u26a0";
      const suffix = todo === undefined ? "" : ` # ${typeof todo === "string" ? todo : "TODO"}`;
      const duration = details.duration_ms === undefined ? "" : ` (${details.duration_ms}ms)`;
      const error = details.error?.code === "ERR_TEST_FAILURE" ? details.error.cause : details.error;
      const shown = inspect(error, { breakLength: Infinity }).replaceAll("\n", "\n  ");
      text += `${sign} ${name}${duration}${suffix}\n  ${shown}\n`;
    }
    return text;
  };
}

return { makeDot };
