// Where a program may not make code from strings, hot services still get code of their own.
import { Container, factory } from "krepis:di";

for (const make of [Function, eval]) {
  try {
    console.log(make("return 1"));
  } catch (error) {
    console.log(error.name);
  }
}

class A {}
class B {
  static inject = [A];
  constructor(a) {
    this.a = a;
  }
}
// What names a program chooses does not matter to the code.
const odd = "\"; throw new Error('code') //\n\u2028`${";
const container = new Container().scoped(A).scoped(B).transient(odd, factory([B, A], (b, a) => b.a === a)).build();
let right = 0;
for (let round = 0; round < 1000; round++) {
  using scope = container.createScope();
  if (scope.get(odd) && scope.get(B).a === scope.get(A)) right++;
}
console.log(right);
