//! An actor of kameo, with a bounded mailbox.

use std::convert::Infallible;

use harness::Figure;
use kameo::actor::{ActorRef, Spawn};
use kameo::message::{Context, Message};
use tokio::runtime::Runtime;

use crate::measures::{self, CAPACITY, QUEUED, Stamped, chunks, consume, elsewhere, here, messages};

struct Actor;
struct Number(u64);
struct Question(u64);

pub(crate) fn figure(name: &str) -> Option<Figure> {
    Some(match name {
        "send" => {
            let runtime = here();
            let actor = spawn(&runtime, CAPACITY);
            let asked = actor.clone();
            chunks(
                move |number| actor.tell(Number(number)).try_send().expect("there is room"),
                move || {
                    runtime.block_on(ask(&asked, 0));
                },
            )
        }
        "across" => {
            let (runtime, here) = (elsewhere(), here());
            let actor = spawn(&runtime, CAPACITY);
            messages(move |count| {
                let _running = &runtime;
                here.block_on(async {
                    for number in 0..count {
                        actor.tell(Number(number)).await.expect("the actor runs");
                    }
                    ask(&actor, 0).await;
                });
            })
        }
        "ask" => {
            let runtime = here();
            let actor = spawn(&runtime, CAPACITY);
            assert_eq!(runtime.block_on(ask(&actor, 7)), 8);
            Figure::Calls(Box::new(move |times| {
                runtime.block_on(async {
                    for number in 0..times {
                        std::hint::black_box(ask(&actor, number).await);
                    }
                });
            }))
        }
        "round-trip" => {
            let (runtime, here) = (elsewhere(), here());
            let actor = spawn(&runtime, CAPACITY);
            measures::round_trips(move |number| {
                let _running = &runtime;
                here.block_on(ask(&actor, number))
            })
        }
        "latency" => {
            let runtime = elsewhere();
            let actor = spawn(&runtime, CAPACITY);
            measures::latency(move |stamped| {
                let _running = &runtime;
                actor.tell(stamped).try_send().expect("there is room");
            })
        }
        "queued" => Figure::build(|| {
            // The runtime does not run: nothing is handled.
            let runtime = here();
            let actor = spawn(&runtime, QUEUED as usize + 1);
            (0..QUEUED).for_each(|number| actor.tell(Number(number)).try_send().expect("there is room"));
            (actor, runtime)
        }),
        _ => return None,
    })
}

impl kameo::Actor for Actor {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(actor: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(actor)
    }
}

impl Message<Number> for Actor {
    type Reply = ();

    async fn handle(&mut self, number: Number, _: &mut Context<Self, ()>) {
        consume(number.0);
    }
}

impl Message<Question> for Actor {
    type Reply = u64;

    async fn handle(&mut self, question: Question, _: &mut Context<Self, u64>) -> u64 {
        question.0 + 1
    }
}

impl Message<Stamped> for Actor {
    type Reply = ();

    async fn handle(&mut self, stamped: Stamped, _: &mut Context<Self, ()>) {
        stamped.arrive();
    }
}

fn spawn(runtime: &Runtime, capacity: usize) -> ActorRef<Actor> {
    let _inside = runtime.enter();
    Actor::spawn_with_mailbox(Actor, kameo::mailbox::bounded(capacity))
}

async fn ask(actor: &ActorRef<Actor>, number: u64) -> u64 {
    actor.ask(Question(number)).await.expect("it is answered")
}
