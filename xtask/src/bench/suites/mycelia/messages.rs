//! Messages in JavaScript: the programs of [`super::js`] that are about them.

use anyhow::Result;

use super::{JS, per_second};
use crate::bench::results::{Benchmark, Unit};
use crate::bench::rounds::Quantity;
use crate::bench::suites::Context;
use crate::bench::suites::js_peers::Asked;

pub(super) fn send(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "One way, sent and handled on one thread, a thousand sent before they are handled; a handler reads a \
                 parameter and the body. krepis: to one address; addresses: to a thousand in turn; batch: a thousand bodies \
                 to one address; sequence: a thousand messages to as many. Moleculer: emit. EventEmitter: emit, which has no \
                 queue and calls the handler at once.";
    let quantity = Quantity {
        id: "mycelia-messages-send",
        title: "messages a second, sent and handled, JavaScript",
        about,
        unit: Unit::PerSecond,
    };
    let variant = |suffix, figure| Asked { suffix, ..Asked::figure(figure) };
    let asked = [
        Asked::figure("send"),
        variant(" addresses", "send-addresses"),
        variant(" batch", "send-batch"),
        variant(" sequence", "send-sequence"),
    ];
    Ok(per_second(JS.measure(context, &asked, quantity)?))
}

pub(super) fn ask(context: &Context) -> Result<Vec<Benchmark>> {
    let about =
        "One question after the other, each awaited, to a handler that answers at once. Moleculer: call.";
    let quantity = Quantity {
        id: "mycelia-messages-ask",
        title: "questions a second, awaited, JavaScript",
        about,
        unit: Unit::PerSecond,
    };
    Ok(per_second(JS.measure(context, &[Asked::figure("ask")], quantity)?))
}

pub(super) fn create(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "What send takes by itself: a message is made and put into the queue, and handled when no clock runs. \
                 krepis: to a target, an address that was looked up before; address: the look as well. The peers have no queue.";
    let quantity = Quantity {
        id: "mycelia-messages-create",
        title: "message create: send without handling, JavaScript",
        about,
        unit: Unit::Nanoseconds,
    };
    let asked = [Asked::figure("create"), Asked { suffix: " address", ..Asked::figure("create-address") }];
    JS.measure(context, &asked, quantity)
}

pub(super) fn queued(context: &Context) -> Result<Vec<Benchmark>> {
    let about = "By how much the JavaScript heap is larger (after a collection) for each message that waits, all with \
                 the same body. Moleculer: for each call whose handler has not answered.";
    let quantity = Quantity {
        id: "mycelia-messages-queued",
        title: "memory of a queued message, JavaScript",
        about,
        unit: Unit::Bytes,
    };
    let requests = if context.quick { 200_000 } else { 1_000_000 };
    JS.measure(context, &[Asked { requests, collects: true, ..Asked::figure("queued") }], quantity)
}
