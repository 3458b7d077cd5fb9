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

/** A chain that was put together wrongly is not worth timing. */
export function check(handler, command) {
  const chained = handler instanceof Handler && handler.repo instanceof Repo && handler.session instanceof Session;
  if (!chained || handler.repo.session !== handler.session) throw new Error("the scope has not one session");
  if (!(command.db instanceof Db && command.config instanceof Config)) throw new Error("the command is not whole");
}
