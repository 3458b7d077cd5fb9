// A table of routes: `krepis examples/routes.ts /users/me`, and `krepis routes examples/routes.ts --format text` for all of it.
//
// Several patterns take the same paths: `/users/me` is a user of `{id}` too. The more exact one wins, whatever the order.
import { Router } from "krepis:mycelia";

type Handler = (params: Record<string, string>) => string;

const listUsers: Handler = () => "all users";
const showSelf: Handler = () => "who asks";
const showUser: Handler = ({ id }) => `user ${id}`;
const showPost: Handler = ({ id, post }) => `post ${post} of user ${id}`;
const newPost: Handler = ({ id }) => `a new post of user ${id}`;
const download: Handler = ({ name, extension }) => `${name}, as ${extension}`;
const browse: Handler = ({ path }) => `what is in ${path}`;

export const router = new Router<Handler>()
  .insert("/users", listUsers)
  .insert("/users/me", showSelf)
  .insert("/users/{id}", showUser)
  .insert("/users/{id}/posts/{post:int}", showPost)
  .insert("/users/{id}/posts/new", newPost)
  .insert("/files/{name}.{extension}", download)
  .insert("/files/*path", browse);

for (const path of process.argv.slice(2)) {
  const found = router.at(path);
  console.log(path, "->", found === null ? "nothing" : found.value(found.params));
}
