// Dependency injection in a small server: `krepis run examples/di.ts`, then `curl localhost:3000/greet/ada`.
//
// A singleton lives as long as the server, a scoped service as long as a request. `build()` checks everything before the
// first request: change `Greeter` to a singleton to see what it says.
import { Container, lazy, token } from "krepis:di";
import { serve } from "krepis:http";

interface Config {
  greeting: string;
}
const Config = token<Config>("Config");
const RequestId = token<string>("RequestId");

class Visits {
  #count = new Map<string, number>();

  add(name: string): number {
    const visits = (this.#count.get(name) ?? 0) + 1;
    this.#count.set(name, visits);
    return visits;
  }
}

class Log {
  static inject = [RequestId] as const;
  readonly #lines: string[] = [];

  constructor(readonly id: string) {}

  write(line: string): void {
    this.#lines.push(line);
  }

  [Symbol.dispose](): void {
    console.log(`[${this.id}] ${this.#lines.join("; ")}`);
  }
}

class Greeter {
  static inject = [Config, Log, lazy(Visits)] as const;

  constructor(readonly config: Config, readonly log: Log, readonly visits: { value: Visits }) {}

  greet(name: string): string {
    const visits = this.visits.value.add(name);
    this.log.write(`${name} was here ${visits} times`);
    return `${this.config.greeting}, ${name}!\n`;
  }
}

export const container = new Container()
  .instance(Config, { greeting: "Hello" })
  .scopeValue(RequestId)
  .singleton(Visits)
  .scoped(Log)
  .scoped(Greeter)
  .build();

let requests = 0;
if (import.meta.main) {
  serve((request) => {
    using scope = container.createScope({ values: [[RequestId, `request ${++requests}`]] });
    const name = new URL(request.url).pathname.split("/").at(-1) || "stranger";
    return new Response(scope.get(Greeter).greet(name));
  });
}
