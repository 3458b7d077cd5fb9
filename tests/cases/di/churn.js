// 10,000 scopes that come and go in each other's way: nobody ever sees another's instance, and all are disposed.
import { Container, factory, lazy, token } from "krepis:di";

const User = token("User");
let alive = 0;

class Session {
  static inject = [User];
  constructor(user) {
    this.user = user;
    alive++;
  }
  [Symbol.dispose]() {
    if (this.disposed) throw new Error("disposed twice");
    this.disposed = true;
    alive--;
  }
}
class Repo {
  static inject = [Session];
  constructor(session) {
    this.session = session;
  }
}
class Handler {
  static inject = [Repo, Session, User];
  constructor(repo, session, user) {
    Object.assign(this, { repo, session, user });
  }
}

const container = new Container()
  .scopeValue(User)
  .scoped(Session)
  .scoped(Repo)
  .transient(Handler)
  .scoped("late", factory([lazy(Handler)], (late) => late))
  .scoped("slow", factory([Session], async (session) => {
    await null;
    return session.user;
  }))
  .build();

// A small generator of its own, so that every run is the same.
let seed = 12345;
const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;

let wrong = 0;
function check(scope, user) {
  const handler = scope.get(Handler);
  if (handler.user !== user || handler.session.user !== user || handler.repo.session !== scope.get(Session)) wrong++;
  if (handler.session.disposed || scope.get("late").value.session !== handler.session) wrong++;
}

const open = [];
let stale = 0;
for (let user = 0; user < 10_000; user++) {
  const parent = open.length > 0 && random(10) === 0 ? open[random(open.length)].scope : container;
  const below = parent.disposed ? container : parent;
  const scope = below.createScope({ values: [[User, user]] });
  const mine = { scope, user, slow: scope.getAsync("slow").then((seen) => seen === user || wrong++, (error) => error.code === "ERR_DI_DISPOSED" || wrong++) };
  open.push(mine);
  check(scope, user);
  for (let times = 0; times < 2; times++) {
    const at = random(open.length);
    const other = open[at];
    if (other.scope.disposed) {
      stale++;
      try {
        other.scope.get(Session);
        wrong++;
      } catch (error) {
        if (error.code !== "ERR_DI_DISPOSED") wrong++;
      }
      open.splice(at, 1);
    } else {
      check(other.scope, other.user);
    }
  }
  if (open.length > 50) open[random(open.length)].scope.dispose();
  if (random(100) === 0) await open[random(open.length)].slow;
}
await Promise.all(open.map(({ slow }) => slow));
container.dispose();
console.log({ wrong, alive, sawStale: stale > 1000, open: open.filter(({ scope }) => !scope.disposed).length });

// A scope that is disposed by what it is making.
const suicidal = new Container()
  .scopeValue("scope")
  .scoped("inner", () => ({ [Symbol.dispose]: () => console.log("inner is disposed") }))
  .scoped("outer", factory(["scope", "inner"], (scope) => {
    scope.dispose();
    return { [Symbol.dispose]: () => console.log("outer is disposed") };
  }))
  .build();
for (let round = 0; round < 2; round++) {
  const scope = suicidal.createScope();
  scope.provide("scope", scope);
  try {
    scope.get("outer");
  } catch (error) {
    console.log(error.message);
  }
  using fresh = suicidal.createScope();
  console.log(fresh.tryGet("scope"));
}
