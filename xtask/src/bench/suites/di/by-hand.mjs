// The floor: the same objects without a container.

import { Command, Config, Db, Handler, Repo, Session } from "./services.mjs";

const app = { db: new Db(), config: new Config() };
const request = { session: new Session() };

export const figures = {
  singleton: () => () => app.db,
  scoped: () => () => request.session,
  scope: () => () => {
    const session = new Session();
    return new Handler(new Repo(session), session);
  },
  transient: () => () => new Command(app.db, app.config),
};
