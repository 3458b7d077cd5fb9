// The services that every library is given.

export class Db {}
export class Config {}

export class Session {}

export class Repo {
  constructor(session) {
    this.session = session;
  }
}

export class Handler {
  constructor(repo, session) {
    this.repo = repo;
    this.session = session;
  }
}

export class Command {
  constructor(db, config) {
    this.db = db;
    this.config = config;
  }
}

/** Each service with the classes that its constructor is given. */
export const NEEDS = [
  [Db, []],
  [Config, []],
  [Session, []],
  [Repo, [Session]],
  [Handler, [Repo, Session]],
  [Command, [Db, Config]],
];

/** The graph of the build, a decimal tree: service `i` needs `i / 10` and `i / 100`, and 0 needs none. */
export function tree(count) {
  const classes = [];
  const parents = (i) => (i === 0 ? [] : i < 10 ? [0] : [Math.floor(i / 10), Math.floor(i / 100)]);
  return Array.from({ length: count }, (_, i) => {
    const Service = class {
      constructor(...needs) {
        this.needs = needs;
      }
    };
    classes.push(Service);
    return { Service, name: `service${i}`, needs: parents(i).map((parent) => classes[parent]) };
  });
}

/**
 * Asks for every service often, and throws when an object is not what it should be. What is timed afterwards has
 * answered for more than the one service that it is timed with, as in an application.
 *
 * `scoped` answers out of one scope, `root` out of the container.
 */
export async function check(scoped, root) {
  const unscoped = [Db, Config, Command];
  for (let i = 0; i < 500; i++) {
    for (const [Service] of NEEDS) expect(await scoped(Service), Service);
    for (const Service of unscoped) expect(await root(Service), Service);
  }
  const { repo, session } = expect(await scoped(Handler), Handler);
  if (expect(repo, Repo).session !== expect(session, Session)) throw new Error("a scope has two sessions");
  if ((await root(Command)).db !== expect(await root(Db), Db)) throw new Error("a container has two databases");
  if ((await root(Command)) === (await root(Command))) throw new Error("a transient service is made once only");
}

function expect(object, Service) {
  if (!(object instanceof Service)) throw new Error(`expected a ${Service.name}, found ${object}`);
  return object;
}
