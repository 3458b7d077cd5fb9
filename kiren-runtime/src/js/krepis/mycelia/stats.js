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

const STATUSES = ["active", "paused", "resting", "stopped"];

const OF_SUBSYSTEMS = [
  ["messages_accepted_total", "counter", "Messages that were taken.", (one) => one.accepted],
  ["messages_rejected_total", "counter", "Messages that were not taken.", (one) => one.rejected],
  ["messages_present", "gauge", "Messages that wait, are delayed or are being handled.", (one) => one.present],
  ["messages_waiting", "gauge", "Messages in line.", (one) => one.waiting - one.delayed],
  ["messages_waiting_most", "gauge", "The most messages that ever waited.", (one) => one.highWater],
  ["queue_capacity", "gauge", "Messages that can wait.", (one) => one.capacity],
  ["handlers_running", "gauge", "Handlers that have begun.", (one) => one.running],
  ["restarts_total", "counter", "Restarts after failures.", (one) => one.restarts],
];

const OF_KERNEL = [
  ["pool_slots", "gauge", "Messages that the pool has memory for.", ({ pool }) => pool.poolSize],
  ["pool_reused_total", "counter", "Messages in a slot that another one had.", ({ pool }) => pool.reused],
  ["dead_letters_total", "counter", "Dead letters.", ({ deadLetters }) => deadLetters.total],
  ["dead_letters_kept", "gauge", "Dead letters that can be looked at and replayed.", ({ deadLetters }) => deadLetters.kept],
  ["dead_letters_forgotten_total", "counter", "Dead letters that newer ones displaced.", ({ deadLetters }) => deadLetters.forgotten],
  ["dead_letters_replayed_total", "counter", "Dead letters that were sent again.", ({ deadLetters }) => deadLetters.replayed],
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
  const statuses = all.flatMap((one) =>
    STATUSES.map((status) => [`{subsystem="${one.name}",status="${status}"}`, one.status === status ? 1 : 0])
  );
  metric("subsystem_status", "gauge", "1 for the status that the subsystem has.", statuses);
  for (const [name, kind, help, read] of OF_KERNEL) metric(name, kind, help, [["", read(stats)]]);
  return `${lines.join("\n")}\n`;
}

/** The numbers of mounts on one page, each metric once: those of a connection get the name of what is mounted. */
function prometheusOfMounts(mounts) {
  const metrics = new Map();
  for (const mount of mounts) {
    let samples;
    for (const line of mount.prometheus().split("\n")) {
      const [, kind, name] = /^# (HELP|TYPE) (\S+)/.exec(line) ?? [];
      if (kind === "HELP") {
        if (!metrics.has(name)) metrics.set(name, { header: [line], samples: [] });
        ({ samples } = metrics.get(name));
      } else if (kind === "TYPE") {
        metrics.get(name).header[1] = line;
      } else if (line !== "") {
        samples.push(line.replace(/^(\w+) /, `$1{subsystem="${mount.subsystem}"} `));
      }
    }
  }
  return [...metrics.values()].map(({ header, samples }) => `${[...header, ...samples].join("\n")}\n`).join("");
}

return { prometheus, prometheusOfMounts, statsOf };
