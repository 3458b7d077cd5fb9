"use strict";
// A job is a row of named steps. What a step prints, and the value it gives, is compared with what Node prints.

let last = Promise.resolve();

function step(name, run) {
  last = last.then(async () => {
    console.log(`=== ${name}`);
    try {
      const value = await run();
      if (value !== undefined) console.log(value);
    } catch (error) {
      console.log(`!!! ${error?.name}: ${error?.message}`);
      process.exitCode = 1;
    }
  });
  return last;
}

// What a function throws, as data.
function thrown(run) {
  try {
    run();
  } catch (error) {
    return { name: error.name, message: error.message };
  }
  throw new Error("nothing was thrown");
}

exports.step = step;
exports.thrown = thrown;
