// Run by services.rs, whose services it resolves.
import { Context } from "krepis:context";
import { Container, native } from "krepis:di";

interface Metrics {
  readonly started: number;
  readonly ended: number;
}
interface Session {
  readonly number: number;
  greet(name: string, times?: number): string;
  later(words: string[]): Promise<string>;
}
const Metrics = native<Metrics>("metrics");
const Session = native<Session>("session");

class Users {
  static inject = [Metrics, Session] as const;
  constructor(private metrics: Metrics, private session: Session) {}
  report() {
    return `session ${this.session.number} of ${this.metrics.started}`;
  }
}

const container = new Container().scoped(Users).build();
const first = container.createScope();
const second = container.createScope();
console.log(first.get(Users).report());
console.log(second.get(Users).report());
console.log(first.get(Session).greet("Ada"));
console.log(first.get(Session) === first.get(Session));
console.log(await second.get(Session).later(["the number is"]));

const Draft = native<{ readonly text: string }>("draft");
const draft = await second.getAsync(Draft);
console.log(draft.text, draft !== (await second.getAsync(Draft)));

// Rust sees the context that the program works for: its fields, its deadline, its trace.
const Database = native<{ plan(order: string): string; find(order: string): Promise<string> }>("database");
const database = container.get(Database);
console.log(database.plan("o-6"));
await Context.run({ timeout: 60_000, fields: { "tenant.id": "acme" } }, async () => {
  console.log(database.plan("o-7"));
  console.log(await database.find("o-8"));
});

const kept = first.get(Session);
const fails = (run: () => unknown) => {
  try {
    console.log("no error:", run());
  } catch (error: any) {
    console.log(`${error.name}: ${error.message.split("\n")[0]}`);
  }
};
fails(() => kept.greet("Ada", 0));
fails(() => kept.greet(7 as never));
first.dispose();
console.log(container.get(Metrics).ended, "ended");
fails(() => kept.number);
await second.disposeAsync();
console.log(container.get(Metrics).ended, "ended");
fails(() => draft.text);
fails(() => container.get(Session));
fails(() => native("mailer"));
fails(() => new Container().singleton(Users).build());
container.dispose();
