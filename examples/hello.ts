// krepis examples/hello.ts [NAME]
import { argv } from "node:process";

enum Greeting {
  Hello = "Hello",
  Bye = "Bye",
}

class Greeter {
  constructor(private readonly greeting: Greeting) {}

  greet(name: string): string {
    return `${this.greeting}, ${name}!`;
  }
}

console.log(new Greeter(Greeting.Hello).greet(argv[2] ?? "world"));
