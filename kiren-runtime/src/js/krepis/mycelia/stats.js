"use strict";
// What a kernel has done, in numbers and as Prometheus reads them: text format 0.0.4, with the names of
// `mycelia_router::kernel::Stats::prometheus`.

const { ENDINGS } = load("krepis/mycelia/desk");

function statsOf({ bus, desks, deadLetters, pool }) {
  const subsystems = Object.fromEntries([...desks.values()].map((desk) => [desk.name, desk.stats()]));
  const accepted = Object.values(subsystems).reduce((sum, one) => sum + one.accepted, 0);
  const created = pool.cells.length;
  const reused = Math.max(0, accepted - created);
  for (const one of bus?.stats() ?? []) subsystems[one.name] = one;
  return {
    subsystems,
    pool: { poolSize: created, created, reused, reuseRate: accepted === 0 ? 0 : reused / accepted },
    deadLetters: deadLetters.stats(),
  };
}

const OF_SUBSYSTEMS = [
  ["messages_accepted_total", "counter", "Messages that were taken.", (one) => one.accepted],
  ["messages_rejected_total", "counter", "Messages that were not taken.", (one) => one.rejected],
  ["messages_present", "gauge", "Messages that wait, are delayed or are being handled.", (one) => one.present],
  ["messages_waiting", "gauge", "Messages in line.", (one) => one.waiting - (one.delayed ?? 0)],
  ["restarts_total", "counter", "Restarts after failures.", (one) => one.restarts],
  ["subsystem_active", "gauge", "Whether messages are handled.", (one) => (one.status === "active" ? 1 : 0)],
];

const OF_KERNEL = [
  ["pool_slots", "gauge", "Messages that the pool has room for.", ({ pool }) => pool.poolSize],
  ["pool_reused_total", "counter", "Messages in a slot that another one had before.", ({ pool }) => pool.reused],
  ["dead_letters_total", "counter", "Dead letters.", ({ deadLetters }) => deadLetters.total],
  ["dead_letters_forgotten_total", "counter", "Dead letters that newer ones displaced.", ({ deadLetters }) => deadLetters.forgotten],
  ["dead_letters_replayed_total", "counter", "Dead letters that were sent again.", ({ deadLetters }) => deadLetters.replayed],
  ["dead_letters", "gauge", "Dead letters that are kept.", ({ deadLetters }) => deadLetters.kept],
];

function prometheus(stats) {
  const lines = [];
  const metric = (name, kind, help, samples) => {
    lines.push(`# HELP mycelia_${name} ${help}`, `# TYPE mycelia_${name} ${kind}`);
    for (const [labels, value] of samples) lines.push(`mycelia_${name}${labels} ${value}`);
  };
  // Names of subsystems have no characters that would have to be escaped.
  const all = Object.values(stats.subsystems);
  for (const [name, kind, help, read] of OF_SUBSYSTEMS) {
    metric(name, kind, help, all.map((one) => [`{subsystem="${one.name}"}`, read(one)]));
  }
  const endings = all.flatMap((one) => ENDINGS.map((how) => [`{subsystem="${one.name}",how="${how}"}`, one[how]]));
  metric("messages_ended_total", "counter", "Messages that came to their end, by how.", endings);
  for (const [name, kind, help, read] of OF_KERNEL) metric(name, kind, help, [["", read(stats)]]);
  return `${lines.join("\n")}\n`;
}

return { prometheus, statsOf };
