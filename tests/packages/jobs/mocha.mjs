// mocha, chai, sinon: tests that are started by a program, assertions, spies, fake timers
import { assert, expect } from "chai";
import Mocha from "mocha";
import sinon from "sinon";
import { step, thrown } from "../lib/step.cjs";

step("suite", () => new Promise((resolve) => {
  const mocha = new Mocha({ reporter: "tap", color: false });
  const suite = Mocha.Suite.create(mocha.suite, "inner");
  suite.addTest(new Mocha.Test("adds", () => expect(1 + 1).to.equal(2)));
  suite.addTest(new Mocha.Test("waits", async () => { await null; assert.isTrue(true); }));
  mocha.run((failures) => resolve(console.log("failures", failures)));
}));
step("chai", () => [
  thrown(() => expect({ a: [1, 2] }).to.deep.equal({ a: [1, 3] })), thrown(() => expect("text").to.match(/x{3}/)), thrown(() => expect(() => { throw new RangeError("r"); }).to.throw(TypeError)),
  thrown(() => expect(new Map([[1, 2]])).to.have.property("size", 2)), thrown(() => assert.closeTo(1, 2, 0.5)),
]);
step("sinon", () => {
  const target = { greet: (name) => `hi ${name}` };
  const spy = sinon.spy(target, "greet"), stub = sinon.stub().onFirstCall().returns(1).onSecondCall().throws(new Error("second"));
  target.greet("ada");
  return [spy.calledOnceWith("ada"), spy.returnValues, stub(), thrown(stub), sinon.match.has("a").test({ a: 1 })];
});
step("fake timers", async () => {
  const clock = sinon.useFakeTimers({ now: 1000 });
  const seen = [];
  setTimeout(() => seen.push(Date.now()), 500);
  setInterval(() => seen.push("tick"), 200);
  await clock.tickAsync(600);
  clock.restore();
  return [seen, Date.now() > 1e12];
});
