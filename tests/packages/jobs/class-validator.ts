// class-validator, class-transformer, reflect-metadata, inversify: decorators in TypeScript, called as functions
import "reflect-metadata";
import { plainToInstance, Transform, Type } from "class-transformer";
import { IsEmail, Length, validate, ValidateNested } from "class-validator";
import { Container, inject, injectable } from "inversify";
import { step } from "../lib/step.cjs";

const decorate = (target: object, name: string, ...decorators: PropertyDecorator[]) => decorators.forEach((one) => one(target, name));
class Address { street = ""; }
decorate(Address.prototype, "street", Length(3, 10));
class User { email = ""; name = ""; address = new Address(); }
decorate(User.prototype, "email", IsEmail());
decorate(User.prototype, "name", Transform(({ value }) => String(value).trim()));
decorate(User.prototype, "address", ValidateNested(), Type(() => Address));

step("transform", () => plainToInstance(User, { email: "x", name: " Ada ", address: { street: "a" } }));
step("validate", async () => (await validate(plainToInstance(User, { email: "x", name: "", address: { street: "a" } }))).map((error) => [error.property, error.constraints, error.children?.map((child) => child.constraints)]));
step("metadata", () => { const target = {}; Reflect.defineMetadata("k", 7, target, "p"); return Reflect.getMetadata("k", target, "p"); });
step("container", () => {
  class Db { name = "db"; }
  class Users { db: Db; constructor(db: Db) { this.db = db; } }
  injectable()(Db); injectable()(Users); inject(Db)(Users, undefined, 0);
  const container = new Container();
  container.bind(Db).toSelf().inSingletonScope();
  container.bind(Users).toSelf();
  return [container.get(Users).db.name, container.get(Users).db === container.get(Db)];
});
